"""`jixiao monitor --rules NEW --since`: the history of a running service under proposed rules, read and never touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from backbone.process import settings as process
from backbone.process.settings import Settings
from cli import monitor
from tests.integration.monitored import Monitoring, adjusted, approved, monitoring, voucher
from tests.integration.servers import Servers

IN_FORCE = (Path(__file__).parents[2] / "services/monitoring/rules/dual-monitoring-1.toml").read_text("utf-8")
MILDER = IN_FORCE.replace('levels.notice = { at_least = "15" }', 'levels.notice = { at_least = "25" }')
LIVELIHOOD = """
[[rules.scopes]]
id = "livelihood"
title = { zh = "民生", en = "Livelihood" }
document = "县财绩〔2026〕9号"
tags = ["livelihood"]
levels.suspend = { above = "20" }
"""
EXEMPTION = """
[[exemptions]]
rules = ["slow-execution", "behind-goal", "report-overdue"]
projects = ["CS-2"]
first = "2026-01"
last = "2026-12"
reason = "汛期停工"
document = "县防〔2026〕1号"
"""


@pytest.fixture(scope="module")
def m(servers: Servers) -> Iterator[Monitoring]:
    """Three closed months, a goal adjusted, a project watched, April running beyond a budget."""
    with monitoring(servers) as service:
        service.hear(approved(), approved("CS-2", unit="town-2", tags=("livelihood",)), approved("CS-3", budget=0))
        service.pay(voucher("a", "2026-01-05", "2000.00"), voucher("b", "2026-03-05", "9000.00", project="CS-2"))
        body = {"kind": "project", "subject": "CS-3", "reason": "督办", "document": "文"}
        assert service.post("/api/watch-list", body).status_code == 200
        service.day(date(2026, 2, 11))
        report = {"period": "2026-02", "values": {"canal": "10"}, "expected": "low"}
        assert service.post("reports", report, who="unit").status_code == 200
        while service.touched.step():
            pass
        service.hear(adjusted(adjusted_on=date(2026, 2, 11)))
        service.day(date(2026, 4, 11))
        service.pay(voucher("c", "2026-04-05", "20000.00"), voucher("d", "2026-03-06", "10.00"))
        yield service


@pytest.fixture
def run(m: Monitoring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    settings = Settings(monitoring_database=m.url)  # type: ignore[arg-type]
    monkeypatch.setattr(process, "settings", lambda: settings)
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    monitor.register(app)

    def called(rules: str, *more: str, since: str = "2026-01") -> Result:
        named = rules
        if "\n" in rules:
            file = tmp_path / "new.toml"
            file.write_text(rules, "utf-8")
            named = str(file)
        return CliRunner().invoke(app, ["monitor", "--rules", named, "--since", since, *more])

    return called


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def test_the_rules_in_force_find_what_they_found(run: Any) -> None:
    """The history is read as it was judged: goals, adjustments, reports, the watch list, running months."""
    for named in ("dual-monitoring-1", "dual-monitoring-1@1"):
        found = answer(run(named, "--json"))
        assert found["otherwise"] == []
        assert found["months"] >= 9
        assert found["projects"] == 3
    assert "No project would be treated otherwise." in run("dual-monitoring-1", "--language", "en").stdout


def test_other_thresholds_list_what_would_be_treated_otherwise_and_why(run: Any, m: Monitoring) -> None:
    before = m.conn.execute("select count(*), max(position) from record.event").fetchone()
    found = answer(run(MILDER, "--json"))
    january = next(each for each in found["otherwise"] if (each["project"], each["period"]) == ("CS-1", "2026-01"))
    assert january["before"]["recommendation"] == january["after"]["recommendation"] == "correct", (
        "paid before approval"
    )
    assert january["direction"] == "otherwise"
    why = {each["rule"]: (each["before"], each["after"], each["measured"]) for each in january["why"]}
    assert why == {"mismatch": ("notice", None, "20.00")}
    assert m.conn.execute("select count(*), max(position) from record.event").fetchone() == before


def test_a_scope_and_an_exemption_are_tried(run: Any) -> None:
    a = IN_FORCE.index('id = "slow-execution"')
    scoped = IN_FORCE[:a].rstrip().removesuffix("[[rules]]") + LIVELIHOOD + "\n[[rules]]\n" + IN_FORCE[a:] + EXEMPTION
    found = answer(run(scoped, "--json"))
    assert {each["project"] for each in found["otherwise"]} == {"CS-2"}
    january = next(each for each in found["otherwise"] if each["period"] == "2026-01")
    assert january["after"] == {"recommendation": "none", "findings": []}
    assert {each["exempt"] for each in january["why"]} == {"县防〔2026〕1号"}
    march = next(each for each in found["otherwise"] if each["period"] == "2026-03")
    mismatch = next((each for each in march["why"] if each["rule"] == "mismatch"), None)
    assert mismatch is None, "90 percent is suspend by both"
    text = run(scoped, "--language", "zh").stdout
    assert "豁免 县防〔2026〕1号" in text
    assert "会有不同的处理" in text


def test_a_month_later_is_where_it_begins(run: Any) -> None:
    assert {each["period"] for each in answer(run(MILDER, "--json", since="2026-03"))["otherwise"]} <= {
        "2026-03",
        "2026-04",
    }


def test_what_cannot_be_used_exits_2_and_names_every_problem(run: Any) -> None:
    wrong = IN_FORCE.replace("report_due_day = 10", "report_due_day = 40").replace('at_least = "50"', 'at_least = "x"')
    result = run(wrong)
    assert result.exit_code == 2
    assert "report_due_day" in result.output
    assert "rules.1.levels.suspend" in result.output
    assert run("no-such-rules").exit_code == 2
    assert run("no-such-file.toml").exit_code == 2
    assert run("dual-monitoring-1", since="2026-13").exit_code == 2
    assert json.loads(run("no-such-rules", "--json").stdout)["error"]["type"] == "unknown-rules"


def test_without_a_database_it_says_so(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "settings", lambda: Settings())
    assert run("dual-monitoring-1").exit_code == 1
