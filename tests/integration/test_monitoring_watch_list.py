"""The watch list in the running service: by evaluation and by decision, over a unit's projects, first on every list, API and page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.evaluation import EvaluationCompleted, ScorePart
from tests.integration.monitored import Monitoring, approved, monitoring, voucher
from tests.integration.servers import Servers


@pytest.fixture(scope="module")
def m(servers: Servers) -> Iterator[Monitoring]:
    """Three projects in February; one unit evaluated low and one project."""
    with monitoring(servers) as service:
        service.hear(
            approved(),
            approved("CS-2", name="河道整治", unit="town-2"),
            approved("CS-3", name="道路养护", unit="town-2.station-1", department="town-2"),
        )
        service.hear(result("unit", "town-2", "unqualified"), result("project", "CS-1", "fair"))
        yield service


def result(kind: Any, subject: str, grade: str, year: int = 2025, **changes: Any) -> EvaluationCompleted:
    event: dict[str, Any] = {
        "subject_kind": kind,
        "project": subject if kind == "project" else None,
        "unit": "department-03" if kind == "project" else subject,
        "year": year,
        "evaluation": 1,
        "scheme": "plan5@1",
        "audience": "circulated",
        "parts": (ScorePart(id="execution", points=Decimal(9), of=Decimal(10)),),
        "total": Decimal(55),
        "grade": grade,
        "evaluated_by": "孙丽",
        "evaluated_on": date(2026, 1, 25),
    }
    return EvaluationCompleted(**(event | changes))


def listed(m: Monitoring) -> list[tuple[str, str, str, int]]:
    answer = m.get("/api/watch-list?year=2026").json()
    return [(each["kind"], each["subject"], each["cause"], each["projects"]) for each in answer["entries"]]


def order(m: Monitoring) -> list[str]:
    """The projects' list, page by page."""
    found, after = [], ""
    while True:
        answer = m.get(f"/api/projects?year=2026&limit=1&after={after}").json()
        found += [each["project"] for each in answer["projects"]]
        if (after := answer["next"]) is None:
            return found


def test_a_low_result_of_a_unit_covers_its_projects_and_those_of_its_subordinates(m: Monitoring) -> None:
    assert listed(m) == [("unit", "town-2", "evaluation", 2)]
    assert m.events("watch/unit/town-2") == ["PutOnWatchList"]
    assert m.events("project/CS-3/2026") == ["GoalApproved", "WatchBegan"]
    assert m.events() == ["GoalApproved"], "fair: tightened, not watched; and 2025 is another year's stream"
    assert order(m) == ["CS-2", "CS-3", "CS-1"]


def test_a_project_approved_later_is_covered_from_its_approval(m: Monitoring) -> None:
    m.hear(approved("CS-4", unit="town-2"))
    assert m.events("project/CS-4/2026") == ["GoalApproved", "WatchBegan"]
    assert listed(m) == [("unit", "town-2", "evaluation", 3)]


def test_an_official_puts_a_project_on_the_list_and_its_months_are_judged_more_strictly(m: Monitoring) -> None:
    m.pay(voucher("记-1", "2026-01-25", "1900.00"))
    body = {"kind": "project", "subject": "CS-1", "reason": "上级督办", "document": "县绩效〔2026〕2号"}
    assert m.post("/api/watch-list", body, who="unit").status_code == 403
    assert m.post("/api/watch-list", {**body, "subject": "CS-9"}).json()["type"].endswith("nothing-to-watch")
    answer = m.post("/api/watch-list", body, idempotency_key="put")
    assert answer.status_code == 200, answer.text
    assert m.post("/api/watch-list", body, idempotency_key="put").json() == answer.json()
    assert m.post("/api/watch-list", {**body, "reason": "又"}).status_code == 409
    assert m.events() == ["GoalApproved", "WatchBegan"]
    assert order(m)[0] == "CS-1"
    m.day(date(2026, 2, 11))
    (judged,) = m.data("MonthJudged")
    assert judged["watched"] is True
    levels = {each["rule"]: (each["level"], each["applied"]["watched"]) for each in m.data("DeviationDetected")}
    assert levels == {"report-overdue": ("warning", True), "mismatch": ("notice", False)}
    assert m.get("/api/projects/2026/CS-1").json()["watched_by"] == ["project/CS-1"]


def test_the_page_shows_who_is_on_the_list_first_with_a_mark(m: Monitoring) -> None:
    shown = m.get("/watch-list", accept="text/html", accept_language="zh", who="official").text
    assert "绩效评价等级：不合格" in shown
    assert "上级督办" in shown
    assert "列入重点监控" in shown
    assert "列入重点监控</button>" not in m.get("/watch-list", accept="text/html").text
    for path in ("/2026/projects", "/2026/projects/CS-1", "/2026"):
        assert "重点监控</span>" in m.get(path, accept="text/html", accept_language="zh").text
    event = re.search(r'href="(/events/[0-9a-f-]+)"', shown)
    assert event is not None
    assert "列入重点监控名单" in m.get(event[1], accept="text/html", accept_language="zh").text
    assert m.get(event[1], who="unit").status_code in (200, 403)
    english = m.get("/watch-list", accept="text/html", accept_language="en", who="official").text
    assert "The watch list" in english


def post(m: Monitoring, **fields: str) -> str:
    headers = {
        **m._headers("official", {}),
        "origin": "http://testserver",
        "accept": "text/html",
        "accept-language": "en",
    }
    return m.client.post("/watch-list", data=fields, headers=headers).text


def test_an_official_decides_on_the_page(m: Monitoring) -> None:
    assert "Give the project or unit" in post(m, key="a", move="take", entry="unit/town-2", reason=" ", document="文")
    assert "is off the watch list" in post(
        m, key="b", move="take", entry="unit/town-2", reason="整改到位", document="文3"
    )
    assert m.events("project/CS-3/2026")[-1] == "WatchEnded"
    assert listed(m) == [("project", "CS-1", "decision", 1)]
    assert order(m)[:2] == ["CS-1", "CS-2"]
    assert "is not on the watch list" in post(m, key="c", move="take", entry="unit/town-2", reason="又", document="文4")
    before = m.get("/api/watch-list?year=2026").json()["before"]
    assert [(each["subject"], each["off_reason"]) for each in before] == [("town-2", "整改到位")]
    assert "On the list before" in post(
        m, key="d", move="put", kind="unit", subject="town-2", reason="复查", document="文5"
    )
    assert m.events("project/CS-4/2026")[-2:] == ["WatchEnded", "WatchBegan"]
    headers = m._headers("official", {"origin": "http://elsewhere"})
    refused = m.client.post("/watch-list", data={"key": "e", "move": "take", "entry": "unit/town-2"}, headers=headers)
    assert refused.status_code == 403


def test_a_unit_sees_its_own_entries_alone(m: Monitoring) -> None:
    answer = m.get("/api/watch-list?year=2026", who="other").json()
    assert [each["subject"] for each in answer["entries"]] == ["town-2"]
    assert m.get("/api/watch-list?year=2026", who="operator").status_code == 403
