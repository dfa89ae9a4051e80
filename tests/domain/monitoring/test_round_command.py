"""`jixiao round` says what is wrong with what it was asked, before it asks anybody; without monitoring it says so."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner, Result

from cli import round as command
from cli.main import app

FOUND = {
    "round": "2026-08", "kind": "august", "through": "2026-07", "in_scope": 3,
    "departments": [{
        "department": "town-2", "currency": "CNY", "budget": "10000.00", "filled": 1, "projects": 3, "reviewed": 0, "decided": 0,
    }],
}  # fmt: skip


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["round", *arguments])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """What the command asks of monitoring, which answers with a round."""
    seen: list[tuple[str, str, Any]] = []

    def answer(method: str, path: str, body: Any = None) -> dict[str, Any]:
        seen.append((method, path, body))
        return FOUND

    monkeypatch.setattr(command, "_asked", answer)
    return seen


def test_the_august_round_is_over_the_months_before_it(asked: list[Any]) -> None:
    done = run("open", "2026-08", "--document", "县财绩〔2026〕18号", "--department", "town-2")
    assert done.exit_code == 0 and "1/3" in done.stdout
    assert asked[0] == ("POST", "", {
        "round": "2026-08", "kind": "august", "through": "2026-07", "document": "县财绩〔2026〕18号", "due": None,
        "departments": ["town-2"],
    })  # fmt: skip


def test_any_other_is_a_mid_term_review(asked: list[Any]) -> None:
    assert run("open", "2026-06", "--document", "文", "--through", "2026-04", "--due", "2026-06-30").exit_code == 0
    body = asked[0][2]
    assert (body["kind"], body["through"], body["due"]) == ("mid-term", "2026-04", "2026-06-30")


def test_it_is_shown_and_closed_for_machines_too(asked: list[Any]) -> None:
    assert json.loads(run("show", "2026-08", "--json").stdout) == FOUND
    assert run("close", "2026-08", "--document", "文").exit_code == 0
    assert asked[1] == ("POST", "/2026-08/closing", {"document": "文"})


@pytest.mark.parametrize("wrong", ["August", "2026", "2026-8", "2026-01"])
def test_a_month_without_one_before_it_is_refused(asked: list[Any], wrong: str) -> None:
    done = run("open", wrong, "--document", "文")
    assert done.exit_code == 2 and "2026-08" in done.stderr
    assert asked == []


def test_where_nobody_answers_it_says_how_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: Any, **__: Any) -> Any:
        raise httpx2.ConnectError("refused")

    monkeypatch.setattr(httpx2.Client, "request", nobody)
    monkeypatch.setattr(command, "_token", lambda: "t")
    done = run("show", "2026-08")
    assert done.exit_code == 1 and "jixiao up" in done.stderr
