"""`jixiao score CASE.json`: the evaluation service's own scoring on one file, with no server.

What an official uses to try a scheme before adopting it, and what anyone uses to check a published score. The result is JSON on
standard output; a case that cannot be scored ends with status 2 and `{"error": {"type", "detail", "missing"}}`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from contracts.decision import Refusal

CANNOT = 2
"""Exit status of a case that cannot be scored."""


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "score", help="按方案为一份算例打分，不需要服务器 · Score one case file under its scheme; needs no server."
    )(score)


def score(
    case: Annotated[
        str, typer.Argument(metavar="CASE.json", help="算例文件，- 为标准输入 · the case file, - for standard input")
    ],
    scheme: Annotated[
        Path | None,
        typer.Option(
            metavar="SCHEME.toml",
            help="另用一份方案文件试算 · try a scheme file that is not adopted yet",
            show_default=False,
        ),
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="zh 或 en：错误说明的语言 · language of an error's detail")
    ] = "zh",
) -> None:
    """Score CASE.json and print the result as JSON."""
    from contracts.decision import Refusal

    result = _result(case, scheme)
    if isinstance(result, Refusal):
        _print({"error": _error(result, "en" if language == "en" else "zh")})
        raise typer.Exit(CANNOT)
    _print(result)


def _result(case: str, scheme: Path | None) -> dict[str, Any] | Refusal:
    from backbone.process.dated import DatedFileError, load_all, parse
    from contracts.decision import Refusal
    from services.evaluation.domain import cases, refusals
    from services.evaluation.domain.schemes import CountyScheme, ProjectScheme

    try:
        data = sys.stdin.buffer.read() if case == "-" else Path(case).read_bytes()
        tried = None if scheme is None else scheme.read_text("utf-8")
    except (OSError, ValueError):
        return refusals.CaseUnreadable("not-there")
    projects: tuple[ProjectScheme, ...] = load_all("services.evaluation.rules.projects", ProjectScheme)
    units: tuple[CountyScheme, ...] = load_all("services.evaluation.rules.units", CountyScheme)
    if scheme is not None and tried is not None:
        try:
            if re.search(r'^kind\s*=\s*"county-assessment"', tried, re.MULTILINE):
                units = (parse(scheme.name, tried, CountyScheme),)
            else:
                projects = (parse(scheme.name, tried, ProjectScheme),)
        except DatedFileError as error:
            return refusals.SchemeUnusable(str(error))
    read = cases.read(data)
    return read if isinstance(read, Refusal) else cases.score(read, projects, units)


def type_of(refusal: type[Refusal]) -> str:
    """The stable `type` of an error: `FiguresMissing` → `figures-missing`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", refusal.__name__).lower()


def _error(refusal: Refusal, language: Literal["zh", "en"]) -> dict[str, Any]:
    """The refusal as `type`, `detail` and the gaps that it names."""
    from backbone.web.words import load

    name = type(refusal).__name__
    return {
        "type": type_of(type(refusal)),
        "detail": load("services.evaluation").say(f"refusal.{name}", language, **refusal.fields()),
        "missing": list(refusal.fields().get("missing", ())),  # pyright: ignore[reportArgumentType]
    }


def _print(value: dict[str, Any]) -> None:
    """As UTF-8, whatever the terminal; half a surrogate pair from a case stays the escape that it was."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()
