"""The office's screen: what waits, many decided at once, units by months, projects by filters; and what a rebuild makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest

from backbone.record.rebuild import rebuild
from services.monitoring.app import RECORD
from services.monitoring.views import filters, office
from services.monitoring.views.filters import Filters
from tests.integration.monitored import Monitoring, approved, measure, monitoring, voucher
from tests.integration.servers import Servers

ORIGIN = "http://testserver"


@pytest.fixture(scope="module")
def looked_at(servers: Servers) -> Iterator[Monitoring]:
    """A year that tests only look at."""
    with year(servers) as service:
        yield service


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    """A year that a test decides in."""
    with year(servers) as service:
        yield service


@contextmanager
def year(servers: Servers) -> Iterator[Monitoring]:
    """Four projects of two units in the middle of May: one that should be stopped, one paid too fast, one without reports."""
    with monitoring(servers) as service:
        service.hear(
            approved(),
            approved("CS-2", name="河道整治", unit="town-2", department="town-2"),
            approved("CS-3", name="学校食堂", unit="town-2", department="town-2"),
            approved("CS-4", name="医共体信息化", unit="town-2", department="town-2"),
        )
        for code in ("CS-2", "CS-3"):
            service.pay(voucher(f"n-{code}", "2026-02-03", "4000.00", project=code))
        service.pay(voucher("记-1", "2026-02-05", "3000.00"), voucher("记-1", "2026-02-06", "3000.00"))
        service.day(date(2026, 5, 11))
        late = {"period": "2026-05", "values": {}, "expected": "none"}
        assert service.post("reports", late, who="unit").status_code == 200
        yield service


def shown(m: Monitoring, path: str = "/2026", who: str = "official", lang: str = "zh") -> str:
    answer = m.get(path, who=who, accept="text/html", accept_language=lang)
    assert answer.status_code == 200, answer.text
    return answer.text


def section(html: str, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', html, re.DOTALL)
    assert found is not None
    return found[0]


def decided(m: Monitoring, fields: dict[str, Any], who: str = "official", origin: str = ORIGIN) -> Any:
    headers = m._headers(who, {"origin": origin, "accept": "text/html", "accept-language": "en"})
    return m.client.post("/2026/decisions", data={"key": "k1", **fields}, headers=headers)


def stands(m: Monitoring) -> dict[str, Any]:
    """What the screen is made of, to be compared with what a rebuild makes."""
    tables = ("open_finding", "month", "unit_month", "project", "recommendation", "correction")
    return {
        table: sorted(
            map(str, m.conn.execute(psycopg.sql.SQL("select * from read.{}").format(psycopg.sql.Identifier(table))))
        )
        for table in tables
    }


def test_the_gravest_comes_first_with_its_figures_and_its_age(looked_at: Monitoring) -> None:
    html = shown(looked_at)
    recommended = section(html, "recommendations")
    assert "预期无法实现绩效目标" in recommended or "建议停止执行" in recommended
    assert 'value="2026/CS-1"' in recommended
    assert re.search(r"/ledger/vouchers\?project=CS-1&amp;year=2026&amp;until=2026-0\d", recommended)
    assert "已 0 个工作日" in recommended
    warned = section(html, "findings")
    assert "资金进度与目标进度不匹配" in warned
    assert "责令整改" in warned
    assert "建议" not in section(html, "overdue").split("<form")[0]
    assert "同号不同数的凭证" in html


def test_a_section_whose_tasks_are_done_vanishes(m: Monitoring) -> None:
    fields = {
        "action": "suspend",
        "chosen": "2026/CS-1",
        "reason": "停工",
        "what": "暂缓拨付",
        "document": "县财预〔2026〕22号",
    }
    assert decided(m, fields).status_code == 200
    assert '<section id="recommendations" hidden>' in shown(m)
    assert m.project()["status"] == "suspended"


def test_many_are_decided_at_once_each_by_itself(m: Monitoring) -> None:
    html = section(shown(m), "findings")
    rows = re.findall(r'name="chosen" value="(2026/2026-\d\d/mismatch/CS-[23])"', html)
    assert len(rows) == 2
    fields = {
        "action": "correct",
        "reason": "超预算",
        "what": "追回超付资金",
        "until": "2026-06-30",
        "document": "县财预〔2026〕23号",
    }
    answer = decided(m, {**fields, "chosen": [*rows, "2026/2026-02/mismatch/CS-4", "2026/CS-9"][:3]})
    assert answer.status_code == 200
    assert "Done: 2. Refused: 1." in answer.text
    assert "has no such deviations" in answer.text
    assert m.events("project/CS-2/2026").count("CorrectionOrdered") == 1
    assert m.data("CorrectionOrdered", "project/CS-2/2026")[0]["measure"]["by"] == "town-2", (
        "its own unit, where nobody is named"
    )
    again = decided(m, {**fields, "chosen": rows})
    assert "Done: 2. Refused: 0." in again.text
    assert m.events("project/CS-2/2026").count("CorrectionOrdered") == 1, "the form sent twice is done once"
    assert "mismatch/CS-2" not in section(shown(m), "findings"), "what is being corrected waits for nobody here"


def test_a_dismissal_and_an_acceptance_of_many(m: Monitoring) -> None:
    (row,) = re.findall(r'value="(2026/2026-\d\d/mismatch/CS-3)"', section(shown(m), "findings"))
    assert "Done: 1" in decided(m, {"action": "dismiss", "reason": "已补报预算", "chosen": row}).text
    assert row not in shown(m)
    order = {"deviations": [_deviation(m)], "measure": measure("2026-05-20"), "reason": "落后"}
    assert m.post("corrections", order).status_code == 200
    assert m.post("corrections/1/answer", {"text": "已追上"}, who="unit").status_code == 200
    assert "已追上" in section(shown(m), "answers")
    answer = decided(m, {"action": "accept", "reason": "属实", "chosen": "2026/1/CS-1", "key": "k2"})
    assert "Done: 1" in answer.text
    assert m.events().count("CorrectionAccepted") == 1


def test_a_deadline_missed_is_shown_and_can_be_escalated(m: Monitoring) -> None:
    order = {"deviations": [_deviation(m)], "measure": measure("2026-05-20"), "reason": "落后"}
    assert m.post("corrections", order).status_code == 200
    m.day(date(2026, 6, 1))
    overdue = section(shown(m), "overdue")
    assert 'value="2026/1/CS-1"' in overdue
    assert "已 8 个工作日" in overdue


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"action": "suspend", "chosen": "2026/CS-1", "reason": "停工"}, 422, "Please fill in: Measure, Document"),
        ({"action": "accept", "reason": "x"}, 422, "no row was chosen"),
        ({"action": "praise", "reason": "x", "chosen": "2026/CS-1"}, 400, ""),
        ({"action": "accept", "reason": "x", "chosen": "CS-1"}, 400, ""),
        ({"action": "accept", "reason": "x", "chosen": "2026/CS-1"}, 400, ""),
    ],
)
def test_what_is_not_said_is_not_done(looked_at: Monitoring, fields: dict[str, Any], status: int, said: str) -> None:
    before = looked_at.events()
    answer = decided(looked_at, fields)
    assert answer.status_code == status
    assert said in answer.text
    assert looked_at.events() == before


def test_nobody_decides_from_another_site_or_without_the_right_to(m: Monitoring) -> None:
    fields = {"action": "suspend", "chosen": "2026/CS-1", "reason": "停工", "what": "暂缓拨付", "document": "文"}
    assert decided(m, fields, origin="http://elsewhere").status_code == 403
    refused = decided(m, fields, who="unit")
    assert "Done: 0. Refused: 1." in refused.text
    assert "checkbox" not in shown(m, who="auditor")
    assert m.project()["status"] == "active"


def test_units_by_months_say_the_level_in_a_word_and_lead_to_the_projects(looked_at: Monitoring) -> None:
    html = shown(looked_at, "/2026/units", lang="en")
    cell = re.search(
        r'<td class="grave"><a href="(/2026/projects\?unit=town-2&amp;month=2026-02&amp;level=\w+)"><b>(\S+)</b>', html
    )
    cell = cell or re.search(
        r'<td class="warning"><a href="(/2026/projects\?unit=town-2&amp;month=2026-02&amp;level=\w+)"><b>(\S+)</b>',
        html,
    )
    assert cell is not None
    assert "of the 3 projects judged" in html
    listed = shown(looked_at, cell[1].replace("&amp;", "&"), lang="en")
    assert "河道整治" in listed and "高标准农田" not in listed
    assert "town-2" not in shown(looked_at, "/2026/units", who="unit")


def test_filters_are_links_that_combine_and_count(looked_at: Monitoring) -> None:
    html = shown(looked_at, "/2026/projects", lang="en")
    assert "Projects found: 4" in html
    address = re.search(r'href="(/2026/projects\?rule=mismatch)">\s*[^<]*<b>3</b>', html)
    assert address is not None
    html = shown(looked_at, address[1], lang="en")
    assert "Projects found: 3" in html
    both = re.search(r'href="(/2026/projects\?department=town-2&amp;rule=mismatch)"', html)
    assert both is not None
    assert "Projects found: 2" in shown(looked_at, both[1].replace("&amp;", "&"), lang="en")
    assert "Projects found: 1" in shown(looked_at, "/2026/projects?q=食堂", lang="en")
    assert "Projects found: 1" in shown(looked_at, "/2026/projects?q=cs-4&state=active", lang="en")
    assert "Projects found: 0" in shown(looked_at, "/2026/projects?q=食堂&unit=department-03", lang="en")
    assert looked_at.get("/2026/projects?state=asleep", accept="text/html").status_code == 400
    assert looked_at.get("/2026/projects?month=2025-01", accept="text/html").status_code == 400


@pytest.mark.parametrize("state", filters.STATES)
@pytest.mark.parametrize("month", [None, "2026-02"])
@pytest.mark.parametrize("level", [None, "warning"])
@pytest.mark.parametrize("rule", [None, "mismatch"])
def test_every_filter_can_be_asked(
    looked_at: Monitoring, state: str, month: str | None, level: str | None, rule: str | None
) -> None:
    asked = Filters("town-2", "town-2", month, rule, level, state, "河道")
    rows = filters.page(looked_at.conn, 2026, "town-2", asked, "", 10)
    assert filters.count(looked_at.conn, 2026, "town-2", asked) == len(rows)


def test_pages_follow_each_other_by_code(looked_at: Monitoring) -> None:
    first = filters.page(looked_at.conn, 2026, None, Filters(), "", 2)
    then = filters.page(looked_at.conn, 2026, None, Filters(), first[-1]["project"], 3)
    assert [row["project"] for row in (*first, *then)] == ["CS-1", "CS-2", "CS-3", "CS-4"]


def test_the_api_asks_and_decides_as_the_page_does(m: Monitoring) -> None:
    found = m.get("/api/waiting?year=2026", who="official").json()
    rows = [row for row in found["findings"]["rows"] if row["rule"] == "mismatch"]
    assert {row["project"] for row in rows} == {"CS-2", "CS-3"}
    page = m.get("/api/projects?year=2026&rule=mismatch&unit=town-2&q=cs-3", who="official").json()
    assert (page["count"], [row["project"] for row in page["projects"]]) == (1, ["CS-3"])
    assert m.get("/api/projects?year=2026&level=loud", who="official").status_code == 422
    months = m.get("/api/units?year=2026&unit=town-2", who="official").json()["units"][0]["months"]
    assert months[1]["projects"] == 3
    body = {"action": "correct", "reason": "钱快事慢", "what": "加快施工", "until": "2026-06-30", "document": "文"}
    chosen = [f"2026/{row['deviation']}/{row['project']}" for row in rows]
    answer = m.post(
        "/api/decisions", {**body, "chosen": [*chosen, "2026/2026-02/mismatch/CS-9"]}, idempotency_key="all"
    )
    assert [each["done"] for each in answer.json()["decisions"]] == [True, True, False]
    assert answer.json()["decisions"][2]["problem"]["type"] == "/problems/goal-not-approved"
    again = m.post("/api/decisions", {**body, "chosen": chosen}, idempotency_key="all")
    assert again.json()["decisions"] == answer.json()["decisions"][:2], "the same key, the same answers"
    assert m.post("/api/decisions", {**body, "chosen": chosen, "what": None}).status_code == 422


def test_a_measure_that_nobody_can_carry_out_is_refused_before_anything_is_done(m: Monitoring) -> None:
    fields = {
        "action": "suspend",
        "chosen": "2026/CS-1",
        "reason": "停工",
        "what": "暂缓拨付",
        "by": "a/b",
        "document": "文",
    }
    assert decided(m, fields).status_code == 400
    assert m.project()["status"] == "active"


def test_a_rebuild_makes_the_same_screen(m: Monitoring) -> None:
    order = {"deviations": [_deviation(m)], "measure": measure("2026-05-20"), "reason": "落后"}
    assert m.post("corrections", order).status_code == 200
    before, waiting = stands(m), office.waiting(m.conn, 2026, None)
    assert before["open_finding"] and before["unit_month"]
    with psycopg.connect(m.owner_url, autocommit=True) as owner:
        rebuild(owner, RECORD)
    assert {name: [row for row in rows if not row.startswith("(None")] for name, rows in stands(m).items()} == before
    assert office.waiting(m.conn, 2026, None) == waiting


def _deviation(m: Monitoring) -> str:
    return next(each["deviation"] for each in m.project()["deviations"] if each["open"])
