"""Asking `jixiao score`: sound cases, a change at any place of them, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from cli import score

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.json") if not path.stem.endswith(".expected"))
Change = Callable[[dict[str, Any]], Any]

app = typer.Typer()
score.register(app)


def run(*arguments: str, stdin: bytes | None = None) -> tuple[int, dict[str, Any]]:
    """Exit status and answer of the command."""
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def asked(content: object, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The answer to a case from standard input."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return run("-", *arguments, stdin=data)


def error_of(content: object, missing: list[str] | None = None, *arguments: str) -> str:
    """The type of the error that a case gives, with these gaps."""
    status, answer = asked(content, *arguments)
    assert status == 2
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"type", "detail", "missing"}
    assert answer["error"]["missing"] == (missing or [])
    assert answer["error"]["detail"]
    return answer["error"]["type"]


def project(change: Change | None = None, **parts: Any) -> dict[str, Any]:
    """A sound project case of 财预〔2020〕10号: 92.00, excellent."""
    case: dict[str, Any] = {
        "kind": "project-self-evaluation",
        "scheme": "mof-2020-10",
        "budget": "1000.00",
        "paid": "1000.00",
        "indicators": [
            {"id": "o1", "dimension": "output", "weight": "30", "type": "quantitative", "target": "100", "actual": "80"},
            {"id": "o2", "dimension": "output", "weight": "20", "type": "quantitative", "direction": "at_most", "target": "5",
             "actual": "5"},
            {"id": "b", "dimension": "benefit", "weight": "30", "type": "quantitative", "direction": "equal", "target": "8", "actual": "8"},
            {"id": "s", "dimension": "satisfaction", "weight": "10", "type": "qualitative", "level": "reached", "share": "0.80"},
        ],
        **parts,
    }  # fmt: skip
    if change:
        change(case)
    return case


def county(change: Change | None = None, **parts: Any) -> dict[str, Any]:
    """A sound county case: a town, a department and a restoration unit, all full."""
    months = [f"{month:02d}" for month in range(1, 13)]
    halves = ["mid_term", "year_end"]
    target = {"id": "i", "weight": "100", "target": "50", "actual": "50"}

    def unit(id: str, unit_class: str, periods: list[str], mark: str) -> dict[str, Any]:
        return {
            "id": id,
            "name": id,
            "class": unit_class,
            "indicators": {period: [dict(target)] for period in periods},
            "leaders": {period: [mark] for period in periods},
            "bonuses": [],
            "penalties": [],
            "disqualified_by": [],
            "dereliction_approved": False,
        }

    units = [
        unit("t", "town", halves, "10"),
        unit("d", "department", halves, "10"),
        unit("r", "restoration", months, "30"),
    ]
    units[1]["public"] = {f"Q{quarter}": "0.95" for quarter in range(1, 5)}
    case = {
        "kind": "county-assessment",
        "scheme": "plan5",
        "units": units,
        "advanced": {"restoration": 3},
        "satisfaction_bands": [{"at_least": "0.95", "points": "30"}, {"at_least": "0.60", "points": "18"}],
        **parts,
    }
    if change:
        change(case)
    return case


def put(*path: Any, value: Any) -> Change:
    """A change that puts `value` at a place of the case; `...` takes away what is there."""

    def change(case: Any) -> None:
        for step in path[:-1]:
            case = case[step]
        if value is ...:
            del case[path[-1]]
        else:
            case[path[-1]] = value

    return change
