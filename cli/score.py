"""`jixiao score CASE.json`: the evaluation service's own scoring on one file, with no server.

What an official uses to try a scheme before adopting it, and what anyone uses to check a published score. The result is JSON on
standard output; a case that cannot be scored ends with status 2 and `{"error": {"type", "detail", "missing"}}`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import case_file

if TYPE_CHECKING:
    from contracts.decision import Refusal


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "score", help="按方案为一份算例打分，不需要服务器 · Score one case file under its scheme; needs no server."
    )(score)


def score(
    case: case_file.Case,
    scheme: Annotated[
        Path | None,
        typer.Option(
            metavar="SCHEME.toml",
            help="另用一份方案文件试算 · try a scheme file that is not adopted yet",
            show_default=False,
        ),
    ] = None,
    language: case_file.Language = None,
) -> None:
    """Score CASE.json and print the result as JSON."""
    case_file.answer(case, lambda content: _scored(content, scheme), language=language, figure=str)


def _scored(case: object, scheme: Path | None) -> dict[str, Any]:
    from contracts.decision import Refusal

    result = _result(case, scheme)
    if isinstance(result, Refusal):
        raise _refused(result)
    return result


def _result(case: object, scheme: Path | None) -> dict[str, Any] | Refusal:
    from backbone.process.dated import DatedFileError, load_all, parse
    from services.evaluation.domain import cases, refusals
    from services.evaluation.domain.schemes import CountyScheme, ProjectScheme

    try:
        tried = None if scheme is None else scheme.read_text("utf-8")
    except (OSError, ValueError):
        return refusals.SchemeUnreadable(str(scheme))
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
    return cases.score(case, projects, units)


def type_of(refusal: type[Refusal]) -> str:
    """The stable `type` of an error: `FiguresMissing` → `figures-missing`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", refusal.__name__).lower()


def _refused(refusal: Refusal) -> case_file.CaseRefused:
    """The refusal as its type, its sentence and the gaps that it names."""
    from backbone.web.words import load
    from services.evaluation.domain.refusals import FiguresMissing

    name = type(refusal).__name__
    said = load("services.evaluation").both(f"refusal.{name}", **refusal.fields())
    gaps = refusal.missing if isinstance(refusal, FiguresMissing) else ()
    return case_file.CaseRefused(type_of(type(refusal)), said["zh"], said["en"], gaps)
