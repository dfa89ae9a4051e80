"""The ledger from any sum down to its vouchers, over HTTP and on pages: totals, a month's vouchers, one voucher; conflicts decided by a
person; gaps in the sources' numbering; reconciliations written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import psycopg
import pytest

from backbone.record.events import Connection
from backbone.record.rebuild import rebuild
from services.monitoring.app import RECORD
from services.monitoring.domain.gaps import GAP_AFTER
from services.monitoring.handlers.gaps import GapWatch
from tests.integration.monitored import OUTCOME, Monitoring, approved, monitoring, voucher
from tests.integration.recording import NOW, StandingClock
from tests.integration.servers import Servers

ROAD = {"project": "CS-2", "unit": "town-2", "functional": "2130305", "economic": "30905"}
LINK = re.compile(r'href="(/ledger[^"]*)"')


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    with monitoring(servers) as service:
        service.hear(approved(), approved("CS-2", name="河道整治", unit="town-2"))
        service.pay(
            voucher("记-1", "2026-01-05", "100.00", unit="department-03", functional="2130305", economic="30201"),
            voucher("a/b 2", "2026-01-06", "20.50", **ROAD),
            voucher("记-3", "2026-02-01", "-5.00", **ROAD),
            voucher("记-4", "2026-02-02", "7.00", project="CS-9", source="treasury-2", numbering_year=0),
            voucher("记-5", "2026-02-03", "3.00", currency="GBP", project="CS-2"),
            voucher("记-1", "2026-01-05", "101.00"),
        )
        yield service


def asked(m: Monitoring, path: str, who: str = "auditor", status: int = 200) -> Any:
    answer = m.get(path, who=who)
    assert answer.status_code == status, answer.text[:2000]
    return answer.json()


def page(m: Monitoring, path: str, lang: str = "en", who: str = "auditor", status: int = 200) -> str:
    answer = m.get(path, who=who, accept="text/html", accept_language=lang)
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


def send(m: Monitoring, path: str, who: str = "finance", **fields: str) -> Any:
    headers = {**m._headers(who, {}), "accept": "text/html", "accept-language": "en", "origin": "http://testserver"}
    return m.client.post(path, data={"key": "k" * 12, **fields}, headers=headers, follow_redirects=False)


def totals(m: Monitoring, **query: object) -> list[tuple[str, ...]]:
    said = "&".join(f"{name}={value}" for name, value in query.items())
    names = {"month": ("period",), "project": ("project",)}.get(str(query["by"]), ("code",))
    if "code" in query:
        names = ("period",)
    rows = asked(m, f"/api/ledger/totals?year=2026&{said}")["totals"]
    return [tuple(str(row[name]) for name in (*names, "currency", "paid", "vouchers")) for row in rows]


def test_totals_by_month_project_unit_and_class_add_up_to_the_same(m: Monitoring) -> None:
    assert totals(m, by="month") == [
        ("2026-01", "CNY", "120.50", "2"),
        ("2026-02", "CNY", "2.00", "2"),
        ("2026-02", "GBP", "3.00", "1"),
    ]
    assert totals(m, by="project") == [
        ("CS-1", "CNY", "100.00", "1"),
        ("CS-2", "CNY", "15.50", "2"),
        ("CS-2", "GBP", "3.00", "1"),
        ("CS-9", "CNY", "7.00", "1"),
    ]
    assert totals(m, by="unit") == [
        ("", "CNY", "7.00", "1"),
        ("", "GBP", "3.00", "1"),
        ("department-03", "CNY", "100.00", "1"),
        ("town-2", "CNY", "15.50", "2"),
    ]
    assert totals(m, by="economic", period="2026-01") == [
        ("30201", "CNY", "100.00", "1"),
        ("30905", "CNY", "20.50", "1"),
    ]
    assert totals(m, by="functional", code="2130305") == [
        ("2026-01", "CNY", "120.50", "2"),
        ("2026-02", "CNY", "-5.00", "1"),
    ]


@pytest.mark.parametrize("by", ["project", "unit", "economic"])
def test_a_list_of_totals_goes_on_where_it_stopped(m: Monitoring, by: str) -> None:
    whole = asked(m, f"/api/ledger/totals?year=2026&by={by}")["totals"]
    found, after = [], ""
    while True:
        part = asked(m, f"/api/ledger/totals?year=2026&by={by}&limit=1{after}")
        found += part["totals"]
        if part["next"] is None:
            break
        after = f"&after={part['next']}"
    assert found == whole


def test_a_months_vouchers_are_those_that_its_total_counts(m: Monitoring) -> None:
    def numbers(query: str) -> list[str]:
        found, after = [], ""
        while True:
            part = asked(m, f"/api/ledger/months/{query}&limit=1{after}")
            found += [row["number"] for row in part["vouchers"]]
            if part["next"] is None:
                return found
            after = f"&after={part['next']}"

    assert numbers("2026-01/vouchers?code=") == ["记-1", "a/b 2"]
    assert numbers("2026-02/vouchers?by=unit&code=town-2") == ["记-3"]
    assert numbers("2026-02/vouchers?by=unit") == ["记-4", "记-5"]
    assert numbers("2026-01/vouchers?by=economic&code=30905") == ["a/b 2"]
    assert numbers("2026-03/vouchers?by=economic&code=30905") == []


def test_a_voucher_says_where_it_came_from_and_what_contradicts_it(m: Monitoring) -> None:
    found = asked(m, "/api/ledger/voucher?source=treasury-1&year=2026&number=记-1")
    assert (found["amount"], found["project"], found["unit"]) == ("100.00", "CS-1", "department-03")
    assert (found["partition"], found["offset"]) == (0, 0)
    assert [(each["held"]["amount"], each["offset"], each["decision"]) for each in found["conflicts"]] == [
        ("101.00", 5, None)
    ]
    assert asked(m, "/api/ledger/voucher?source=treasury-2&year=0&number=记-4")["project"] == "CS-9"


@pytest.mark.parametrize(
    ("path", "who", "status", "kind"),
    [
        ("voucher?source=treasury-1&year=2026&number=x", "auditor", 404, "/problems/voucher-unknown"),
        ("voucher?source=treasury-1&year=2026&number=记-1", "other", 403, "/problems/not-permitted"),
        ("totals?year=2026&by=unit", "unit", 403, "/problems/not-permitted"),
        ("totals?year=2026&by=unit&period=2025-01", "auditor", 409, "/problems/period-outside-year"),
        ("totals?year=2026&by=unit&after=x", "auditor", 400, "/problems/place-unknown"),
        ("totals?year=2026&by=unit&after=[1]", "auditor", 400, "/problems/place-unknown"),
        ("months/2026-01/vouchers?after=[[],0,0,0]", "auditor", 400, "/problems/place-unknown"),
        ("gaps", "unit", 403, "/problems/not-permitted"),
        ("reconciliations/00000000-0000-0000-0000-000000000000", "auditor", 404, "/problems/reconciliation-unknown"),
    ],
)
def test_what_may_not_be_seen_is_refused(m: Monitoring, path: str, who: str, status: int, kind: str) -> None:
    assert asked(m, f"/api/ledger/{path}", who, status)["type"] == kind


def test_a_voucher_that_came_again_says_how_often_and_where_last(m: Monitoring) -> None:
    again = voucher("记-1", "2026-01-05", "100.00", unit="department-03")
    place = "source=treasury-1&year=2026&number=记-1"
    assert asked(m, f"/api/ledger/voucher?{place}")["repeated"] == 0
    assert "never" in page(m, f"/ledger/voucher?{place}")
    m.flush(again, again, voucher("new", "2026-01-05", "1.00"), voucher("new", "2026-01-05", "1.00"))
    m.flush(again)
    found = asked(m, f"/api/ledger/voucher?{place}")
    assert (found["repeated"], found["repeated_partition"], found["repeated_offset"]) == (3, 0, 10)
    assert asked(m, "/api/ledger/voucher?source=treasury-1&year=2026&number=new")["repeated"] == 1
    assert re.search(r"3 times, not counted again; last \d+ \w+ \d{4},? \d\d:\d\d", page(m, f"/ledger/voucher?{place}"))
    assert found["amount"] == "100.00"


def test_units_see_their_own_vouchers(m: Monitoring) -> None:
    assert asked(m, "/api/ledger/voucher?source=treasury-1&year=2026&number=记-1", "unit")["amount"] == "100.00"
    shown = page(m, "/ledger/voucher?source=treasury-1&year=2026&number=记-1", who="unit")
    assert "<form" not in shown.split("<main", 1)[1]


def test_from_the_front_page_every_figure_leads_down_to_its_vouchers(m: Monitoring) -> None:
    """Follow every link of the ledger from its first page; each opens, and every voucher is reached."""
    waiting, seen = ["/ledger?year=2026"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        links = (unescape(link) for link in LINK.findall(page(m, path)))
        waiting += [link for link in links if "lang=" not in link]
    reached = {path for path in seen if path.startswith("/ledger/voucher?")}
    assert len(reached) == 5
    assert {path.split("?")[0] for path in seen} >= {
        "/ledger/totals",
        "/ledger/class",
        "/ledger/month",
        "/ledger/vouchers",
        "/ledger/sources",
        "/ledger/gaps",
        "/ledger/reconciliations",
    }


@pytest.mark.parametrize(
    "path",
    [
        "/ledger?year=2026",
        "/ledger/totals?year=2026&by=unit",
        "/ledger/class?year=2026&by=economic&code=30905",
        "/ledger/month?period=2026-01",
        "/ledger/voucher?source=treasury-1&year=2026&number=a/b 2",
        "/ledger/gaps",
        "/ledger/sources",
        "/ledger/reconciliations",
    ],
)
def test_the_pages_are_in_both_languages(m: Monitoring, path: str) -> None:
    zh, en = page(m, path, "zh"), page(m, path, "en")
    assert '<html lang="zh-CN"' in zh
    assert '<html lang="en"' in en
    assert "page." not in re.sub(r"<[^>]*>", "", zh + en)


def test_a_decided_conflict_leaves_the_list_and_stays_decided_when_it_comes_again(m: Monitoring) -> None:
    assert [each["number"] for each in asked(m, "/api/ledger/conflicts")["conflicts"]] == ["记-1"]
    said = {"decision": "first-stands", "reason": "录入错误"}
    for who, status in (("official", 403), ("unit", 403), ("finance", 200)):
        answer = m.post("/api/ledger/conflicts/0/5/decision", said, who=who)
        assert answer.status_code == status, answer.text
    assert m.post("/api/ledger/conflicts/0/5/decision", said, who="auditor").json()["events"] == []
    assert asked(m, "/api/ledger/conflicts")["conflicts"] == []
    m.flush(voucher("记-1", "2026-01-05", "101.00"), voucher("记-1", "2026-01-05", "102.00"))
    assert [each["held"]["amount"] for each in asked(m, "/api/ledger/conflicts")["conflicts"]] == ["102.00"]
    decided = asked(m, "/api/ledger/conflicts?state=first-stands")["conflicts"]
    assert [each["decision"]["decided_by"] for each in decided] == ["王芳 (finance, finance)"] * 2
    assert len(asked(m, "/api/ledger/conflicts?state=all")["conflicts"]) == 3
    unknown = m.post("/api/ledger/conflicts/0/4/decision", said, who="finance")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/conflict-unknown")
    assert m.events("voucher/treasury-1/2026/记-1") == ["ConflictDecided"]
    assert m.project()["paid"] == "100.00"


def test_a_conflict_is_decided_on_the_vouchers_page(m: Monitoring) -> None:
    place = "/ledger/voucher?source=treasury-1&year=2026&number=记-1"
    assert 'href="/ledger/voucher?' in page(m, "/2026").split('id="conflicts"')[1]
    assert 'action="/ledger/conflicts/0/5/decision"' in page(m, place)
    assert send(m, "/ledger/conflicts/0/5/decision", decision="first-stands", reason=" ").status_code == 422
    answer = send(m, "/ledger/conflicts/0/5/decision", decision="to-be-reversed", reason="原凭证录错", document="3号")
    assert answer.status_code == 303, answer.text
    shown = page(m, answer.headers["location"])
    assert "The counted one is wrong: to be reversed by the finance system" in shown
    assert "原凭证录错" in shown
    assert 'id="conflicts"' not in page(m, "/2026")
    assert "记-1" in page(m, "/ledger/conflicts?state=to-be-reversed")
    assert (
        send(m, "/ledger/conflicts/0/5/decision", who="official", decision="first-stands", reason="x").status_code
        == 403
    )


class Moved(StandingClock):
    """A clock that has gone on by a while."""

    def __init__(self, by: timedelta) -> None:
        super().__init__()
        self.by = by

    def now(self) -> Any:
        return NOW + self.by


def watched(conn: Connection, by: timedelta) -> list[tuple[Any, ...]]:
    GapWatch(conn, Moved(by)).step()
    return conn.execute("select first, last, since from ledger.gap order by source, numbering_year, first").fetchall()


def test_a_gap_is_reported_once_it_lasts_and_is_over_when_the_vouchers_come(m: Monitoring) -> None:
    from prometheus_client import REGISTRY

    def numbered(sequence: int) -> dict[str, Any]:
        return voucher(f"n-{sequence}", "2026-01-05", "1.00", sequence=sequence)

    soon = timedelta(minutes=1)
    m.flush(*(numbered(each) for each in (3, 4, 9, 12)))
    assert watched(m.conn, timedelta()) == [(5, 8, NOW), (10, 11, NOW)]
    of_api = m.client.app.state.transact  # type: ignore[attr-defined]
    of_api.clock = Moved(soon)
    assert asked(m, "/api/ledger/gaps")["gaps"] == []
    m.flush(numbered(10), numbered(6), numbered(20))
    later = [(5, 5, NOW), (7, 8, NOW), (11, 11, NOW), (13, 19, NOW + soon)]
    assert watched(m.conn, soon) == later
    assert watched(m.conn, GAP_AFTER) == later
    assert REGISTRY.get_sample_value("jixiao_ledger_gaps") == 3
    assert REGISTRY.get_sample_value("jixiao_ledger_missing_vouchers") == 4
    of_api.clock = Moved(GAP_AFTER)
    found = asked(m, "/api/ledger/gaps?source=treasury-1")
    assert [(each["first"], each["last"], each["missing"]) for each in found["gaps"]] == [
        (5, 5, 1),
        (7, 8, 2),
        (11, 11, 1),
    ]
    assert found["numberings"] == [
        {
            "source": "treasury-1",
            "numbering_year": 2026,
            "lowest": 3,
            "highest": 20,
            "ranges": 3,
            "missing": 4,
            "since": NOW.isoformat(),
            "explained": 0,
        }
    ]
    first = asked(m, "/api/ledger/gaps?limit=2")
    assert [each["first"] for each in asked(m, f"/api/ledger/gaps?after={first['next']}")["gaps"]] == [11]
    assert "7–8" in page(m, "/ledger/gaps")
    assert 'id="gaps"' in page(m, "/2026")
    m.flush(*(numbered(each) for each in (5, 7, 8, 11)))
    assert watched(m.conn, GAP_AFTER) == [(13, 19, NOW + soon)]
    assert 'id="gaps"' not in page(m, "/2026")


def test_a_named_person_explains_a_gap_and_it_is_not_open_any_more(m: Monitoring) -> None:
    from prometheus_client import REGISTRY

    numbers = (3, 4, 9, 12)
    m.flush(*(voucher(f"n-{each}", "2026-01-05", "1.00", sequence=each) for each in numbers))
    watched(m.conn, timedelta())
    m.client.app.state.transact.clock = Moved(GAP_AFTER)  # type: ignore[attr-defined]
    said = {
        "source": "treasury-1",
        "numbering_year": 2026,
        "first": 5,
        "last": 8,
        "reason": "作废",
        "document": "文7号",
    }
    path = "/api/ledger/gaps/explanation"
    assert m.post(path, said, who="official").status_code == 403
    unknown = m.post(path, {**said, "last": 7}, who="finance")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/gap-unknown")
    assert m.post(path, {**said, "document": ""}, who="finance").status_code == 422
    done = m.post(path, said, who="finance")
    assert [each["type"].split(".")[2] for each in done.json()["events"]] == ["GapExplained"]
    assert [each["first"] for each in asked(m, "/api/ledger/gaps")["gaps"]] == [10]
    (told,) = asked(m, "/api/ledger/gaps?state=explained")["gaps"]
    assert (told["reason"], told["document"], told["explained_by"]) == ("作废", "文7号", "王芳 (finance, finance)")
    assert m.conn.execute(
        "select count(*) from record.audit where command = 'explain-gap' and outcome = 'done'"
    ).fetchone() == (1,)
    m.flush(voucher("n-6", "2026-01-05", "1.00", sequence=6))
    assert len(watched(m.conn, GAP_AFTER)) == 3
    assert REGISTRY.get_sample_value("jixiao_ledger_gaps") == 1
    assert 'value="treasury-1/2026/10-11"' in page(m, "/ledger/gaps", who="finance")
    assert "explanation" not in page(m, "/ledger/gaps", who="official").split("<form")[-1]
    fields = {"gap": "treasury-1/2026/10-11", "reason": "跳号", "document": "文8号"}
    assert send(m, "/ledger/gaps/explanation", **{**fields, "document": " "}).status_code == 422
    assert send(m, "/ledger/gaps/explanation", **fields).headers["location"] == "/ledger/gaps?done=yes"
    assert "No number is missing" in page(m, "/ledger/gaps")
    assert "跳号" in page(m, "/ledger/gaps?state=explained")
    assert 'id="gaps"' not in page(m, "/2026")
    before = m.conn.execute("select * from read.gap_explanation order by first").fetchall()
    with psycopg.connect(m.owner_url, autocommit=True) as owner:
        rebuild(owner, RECORD)
    assert m.conn.execute("select * from read.gap_explanation order by first").fetchall() == before


def test_an_outcome_is_written_down_and_shown(m: Monitoring) -> None:
    for who, status in (("official", 403), ("auditor", 200)):
        answer = m.post("/api/ledger/reconciliations", OUTCOME, who=who)
        assert answer.status_code == status, answer.text
    event = answer.json()["event"]
    assert m.post("/api/ledger/reconciliations", OUTCOME, who="finance").json()["events"] == []
    found = asked(m, f"/api/ledger/reconciliations/{event}")
    assert (found["equal"], found["said"]["amounts"]) == (False, {"CNY": "121.50"})
    assert [each["event"] for each in asked(m, "/api/ledger/reconciliations")["reconciliations"]] == [event]
    assert "1 difference" in page(m, "/ledger/reconciliations")
    shown = page(m, f"/ledger/reconciliations/{event}")
    assert "2026/记-7" in shown
    assert "Not in the ledger" in shown
    wrong = m.post("/api/ledger/reconciliations", {**OUTCOME, "listed": None}, who="finance")
    assert (wrong.status_code, wrong.json()["type"]) == (409, "/problems/outcome-contradicts-itself")


def test_what_people_decided_on_the_ledger_is_rebuilt_from_the_record(m: Monitoring) -> None:
    assert m.post("/api/ledger/reconciliations", OUTCOME, who="finance").status_code == 200
    said = {"decision": "first-stands", "reason": "录入错误"}
    assert m.post("/api/ledger/conflicts/0/5/decision", said, who="finance").status_code == 200
    paths = ("/api/ledger/reconciliations", "/api/ledger/conflicts?state=all")
    before = [asked(m, path) for path in paths]
    with psycopg.connect(m.owner_url, autocommit=True) as owner:
        rebuild(owner, RECORD)
    assert [asked(m, path) for path in paths] == before
