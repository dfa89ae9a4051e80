"""The rules' pages and API: what each says, its hits by month and unit, what people decided on them, the share dismissed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.integration.monitored import Monitoring, adjusted, approved, measure, monitoring, voucher
from tests.integration.servers import Servers


@pytest.fixture(scope="module")
def m(servers: Servers) -> Iterator[Monitoring]:
    """Two months closed of three projects: one hit dismissed, one corrected, one project's goal adjusted, one suspended."""
    with monitoring(servers) as service:
        service.hear(approved(), approved("CS-2", unit="town-2", name="河道整治"), approved("CS-3", unit="town-2"))
        service.pay(
            voucher("a", "2026-01-25", "2000.00"),
            voucher("b", "2026-01-25", "7000.00", project="CS-2"),
            voucher("c", "2026-01-25", "3500.00", project="CS-3"),
        )
        service.day(date(2026, 2, 11))
        order = {"deviations": ["2026-01/report-overdue"], "measure": measure("2026-03-20"), "reason": "补报"}
        for path, body in (
            ("dismissals", {"deviation": "2026-01/mismatch", "reason": "合同约定一次付款", "document": "文"}),
            ("corrections", order),
            ("/api/projects/2026/CS-2/suspension", {"measures": [measure()], "reason": "停工"}),
        ):
            answer = service.post(path, body)
            assert answer.status_code == 200, answer.text
        changed = adjusted(adjusted_on=date(2026, 2, 11)).model_copy(update={"project": "CS-3"})
        service.hear(changed)
        yield service


def test_the_api_counts_what_became_of_each_rules_hits(m: Monitoring) -> None:
    found = {each["rule"]: each for each in m.get("/api/rules?year=2026").json()["rules"]}
    assert list(found)[:2] == ["report-overdue", "mismatch"]
    mismatch = found["mismatch"]
    assert (mismatch["hits"], mismatch["dismissed_share"]) == (3, "33.33")
    assert {name: n for name, n in mismatch["outcomes"].items() if n} == {"dismissed": 1, "suspended": 1, "adjusted": 1}
    assert found["report-overdue"]["outcomes"]["corrected"] == 1
    assert found["expected-none"]["dismissed_share"] is None
    assert m.get("/api/rules?year=2025").json()["rules"][0]["hits"] == 0


def test_one_rule_tells_its_versions_and_lists_its_hits(m: Monitoring) -> None:
    found = m.get("/api/rules/mismatch?year=2026").json()
    assert found["months"] == {"2026-01": 3}
    assert found["units"] == {"town-2": 2, "department-03": 1}
    (version,) = found["versions"]
    assert (version["rules"], version["in_force_from"]) == ("dual-monitoring-1@1", "2020-01-01")
    assert version["levels"]["suspend"] == {"at_least": "50"}
    assert version["watched"]["suspend"] == {"at_least": "40"}
    hits = {each["project"]: each for each in found["found"]}
    assert hits["CS-2"]["applied"]["measured"] == "70.00"
    assert hits["CS-1"]["dismissal_reason"] == "合同约定一次付款"
    chosen = m.get("/api/rules/mismatch?year=2026&outcome=dismissed&unit=department-03&month=2026-01").json()["found"]
    assert [each["project"] for each in chosen] == ["CS-1"]
    assert m.get("/api/rules/mismatch?year=2026&month=2026-02").json()["found"] == []


def test_a_unit_counts_its_own_hits_alone(m: Monitoring) -> None:
    found = {each["rule"]: each["hits"] for each in m.get("/api/rules?year=2026", who="other").json()["rules"]}
    assert found["mismatch"] == 2
    assert [each["project"] for each in m.get("/api/rules/mismatch?year=2026", who="unit").json()["found"]] == ["CS-1"]
    assert m.get("/api/rules?year=2026", who="operator").status_code == 403
    assert m.get("/api/rules/mismatch?year=2026", who="operator").status_code == 403


def test_a_rule_that_there_is_not_is_said_so(m: Monitoring) -> None:
    answer = m.get("/api/rules/nobody?year=2026")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/rule-unknown")
    assert m.get("/rules/nobody", accept="text/html").status_code == 404
    assert m.get("/rules/mismatch?outcome=guess", accept="text/html").status_code == 400


def shown(m: Monitoring, path: str, lang: str = "zh") -> str:
    answer = m.get(path, accept="text/html", accept_language=lang)
    assert answer.status_code == 200, answer.text[:2000]
    return answer.text


def test_the_pages_say_what_a_rule_says_and_lead_to_its_hits(m: Monitoring) -> None:
    rules = shown(m, "/rules")
    assert "资金进度与目标进度不匹配" in rules
    assert "33.33%" in rules
    assert 'href="/rules/mismatch?year=2026&amp;outcome=dismissed"' in rules
    rule = shown(m, "/rules/mismatch")
    for part in (
        "方案篇一 双监控",
        "达到 50 起",
        "达到 40 起",
        "合同约定一次付款",
        "dual-monitoring-1@1",
        "现行",
        "结月时判断",
    ):
        assert part in rule
    event = re.search(r'<a href="(/events/[0-9a-f-]+)">销号', rule)
    assert event is not None
    shown(m, event[1])
    assert "/2026/projects/CS-2" in rule
    chosen = shown(m, "/rules/mismatch?outcome=dismissed", "en")
    assert "Without Dismissed" in chosen
    assert "/2026/projects/CS-2" not in chosen
    assert "Rules of monitoring" in shown(m, "/rules?year=2025", "en")
    assert "2025 年没有命中" in shown(m, "/rules/mismatch?year=2025")
    assert 'href="/rules?year=2026"' in shown(m, "/2026")
    assert "style=" not in rule


def test_the_scopes_and_exemptions_of_a_rule_are_told_in_words() -> None:
    from backbone.web.organisations import Organisations
    from services.monitoring.domain.scopes import Condition
    from services.monitoring.pages import PAGES
    from services.monitoring.pages.rule_words import RuleWords

    said: Any = {
        "tags": ("livelihood",),
        "level": "lower",
        "budget_from": "1000000",
        "budget_to": "5000000",
        "units": ("town-2",),
    }
    nobody = Organisations({})
    condition = Condition.model_validate(said)
    assert RuleWords(PAGES.words, "zh", nobody).condition(condition) == (
        "标签：livelihood；单位：town-2；对下转移支付项目；预算 1,000,000 元以上；预算不足 5,000,000 元"
    )
    assert "budget below 5,000,000 yuan" in RuleWords(PAGES.words, "en", nobody).condition(condition)
