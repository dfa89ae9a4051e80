"""`jixiao monitor CASE.json`: judge a rule case by monitoring's own rules, with no server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("monitor")(monitor)


def monitor(
    case: Annotated[Path, typer.Argument(metavar="CASE.json", help="the rule case to judge", show_default=False)],
) -> None:
    """试算双监控规则 · Judge a monitoring case (what-if) and print the result as JSON; exit 2 where it cannot be judged."""
    import json

    answer = _judged(case)
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=1).encode())
    if "error" in answer:
        raise typer.Exit(2)


def _judged(file: Path) -> dict[str, Any]:
    from backbone.process.dated import DatedFileError, load_all
    from services.monitoring.domain.case import CaseError, judge_case
    from services.monitoring.domain.rules import RuleSet

    try:
        return judge_case(_read(file), load_all("services.monitoring.rules", RuleSet))
    except CaseError as error:
        return _error(error.type, error.detail)
    except DatedFileError as error:
        return _error("invalid-rules", str(error))
    except OSError as error:
        return _error("unreadable-file", f"{file}: {error.strerror or error}")
    except (ValueError, RecursionError) as error:
        return _error("invalid-json", f"{file} is not valid JSON in UTF-8: {_reason(error)}")


def _read(file: Path) -> object:
    """The file's JSON: numbers exactly as written, no NaN, no key twice in one object."""
    import json
    from decimal import Decimal

    def never(constant: str) -> object:
        raise ValueError(f"{constant} is not a number")

    def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(pairs)
        if len(read) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            raise ValueError(f"a key stands twice in one object: {', '.join(twice)}")
        return read

    text = file.read_bytes().decode("utf-8-sig")
    return json.loads(text, parse_float=Decimal, parse_constant=never, object_pairs_hook=each_key_once)


def _reason(error: ValueError | RecursionError) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _error(type: str, detail: str) -> dict[str, Any]:
    return {"error": {"type": type, "detail": detail, "missing": []}}
