"""Publishing over a real PostgreSQL: what is heard is held, what is approved is public, the record gives every page again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from backbone.kafka.fence import claim
from backbone.kafka.inbox import Inbox
from backbone.process.settings import Settings
from backbone.record.rebuild import rebuild
from backbone.record.transact import Transact
from contracts.event import PublicEvent
from contracts.goals import GoalApproved
from deploy.local import tokens
from services.publishing import inbox, projections
from services.publishing.app import RECORD, api, service
from tests.browser.site import StandingClock, hear
from tests.domain.publishing.year import YEAR, approved, evaluated, judged, whole_year
from tests.integration.recording import message
from tests.integration.servers import Fresh, Servers

PRIVATE, PUBLIC_KEY = tokens.new_key()


def signed(role: str, org: str = "county") -> dict[str, str]:
    """The header of somebody with a role."""
    return {"Authorization": f"Bearer {tokens.sign(PRIVATE, name='赵强', role=role, org=org, seconds=600)}"}


class Publishing:
    """The service with its HTTP door and an ear that events are put into."""

    def __init__(self, database: Fresh, kafka: str) -> None:
        chosen = Settings(  # pyright: ignore[reportCallIssue]
            publishing_database=database.url, token_public_key=PUBLIC_KEY, kafka=kafka, clock="business"
        )
        self.database = database
        self.conn = psycopg.connect(database.url, autocommit=True)
        self.transact = Transact(lambda: nullcontext(self.conn), RECORD, StandingClock())
        self.numbers: dict[tuple[str, str], int] = {}
        self.http = TestClient(api(chosen), raise_server_exceptions=False)
        self.interest = service(chosen).interest
        self.keys = 0

    def hear(self, *events: PublicEvent) -> None:
        hear(self.transact, list(events), self.numbers)

    def approve(self, project: str = "CS-1", role: str = "official", **body: Any) -> Any:
        self.keys += 1
        headers = {**signed(role), "Idempotency-Key": f"key-{self.keys}"}
        return self.http.post(
            f"/api/projects/{YEAR}/{project}/approval", json={"document": "县绩效〔2027〕2号", **body}, headers=headers
        )

    def get(self, path: str, role: str | None = None) -> Any:
        return self.http.get(path, headers=signed(role) if role else {})

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        return self.conn.execute(f"select * from {table} order by 1, 2, 3").fetchall()  # noqa: S608


@pytest.fixture
def publishing(servers: Servers) -> Iterator[Publishing]:
    found = Publishing(servers.fresh("publishing"), servers.kafka)
    with found.http:
        yield found
    found.conn.close()


def test_nothing_is_public_before_an_official_approves(publishing: Publishing) -> None:
    publishing.hear(*whole_year())
    year = publishing.get(f"/api/{YEAR}")
    assert year.status_code == 404 and year.json()["type"] == "/problems/year-not-published"
    assert publishing.get(f"/api/{YEAR}/projects").json()["count"] == 0
    hidden = publishing.get(f"/api/{YEAR}/projects/CS-1")
    assert hidden.status_code == 404 and hidden.json()["type"] == "/problems/project-not-published"
    assert publishing.get("/api/held").status_code == 401
    assert publishing.get("/api/held", "unit").status_code == 403
    (held,) = publishing.get("/api/held", "auditor").json()["held"]
    assert (held["project"], held["budget"], held["total"], held["grade"]) == (
        "CS-1",
        "5200000.00",
        "94.08",
        "excellent",
    )
    kept = publishing.get(f"/api/events/{held['evaluation']}")
    assert kept.status_code == 404 and kept.json()["type"] == "/problems/event-not-public"
    assert publishing.get(f"/api/events/{held['evaluation']}", "official").json()["data"]["total"] == "94.08"


def test_what_an_official_approves_is_public_to_the_fen(publishing: Publishing) -> None:
    publishing.hear(*whole_year(), *whole_year("CS-2", "农村饮水安全", "department-04", "good", 318_600_001, 91))
    answer = publishing.approve()
    assert answer.status_code == 200, answer.text
    assert [event["type"].split(".")[2] for event in answer.json()["events"]] == [
        "ResultApproved",
        "PublicationWritten",
        "ResultPublished",
    ]
    assert publishing.get("/api/held", "official").json()["held"][0]["project"] == "CS-2"
    publishing.approve("CS-2")

    year = publishing.get(f"/api/{YEAR}").json()
    assert (year["projects"], year["units"], year["budget"], year["paid"]) == (2, 2, "8386000.01", "7891260.00")
    assert year["grades"] == {"excellent": 1, "good": 1, "fair": 0, "poor": 0}
    assert year["execution"] == "94.10"
    assert year["months"][-1]["cumulative"] == year["paid"]
    assert [(unit["unit"], unit["paid"]) for unit in year["by_unit"]] == [
        ("department-03", "4992000.00"),
        ("department-04", "2899260.00"),
    ]

    project = publishing.get(f"/api/{YEAR}/projects/CS-1").json()
    assert (project["paid"], project["vouchers"], project["total"]) == ("4992000.00", 360, "94.08")
    assert project["approval"]["approved_by"] == "赵强 (official, county)"
    assert [month["period"] for month in project["months"]] == [f"{YEAR}-{month:02d}" for month in range(1, 13)]
    assert project["months"][-1]["digest"] == "12" * 32
    for month in project["months"]:
        said = publishing.get(f"/api/events/{month['event']}").json()
        assert said["type"] == "jixiao.monitoring.MonthJudged.v1"
        assert f"{said['data']['paid'] / 100:.2f}" == month["paid"]
        assert publishing.get(f"/api/events/{month['report']}").json()["data"]["period"] == month["period"]
    assert [step["type"].split(".")[2] for step in project["story"]] == [
        "GoalSubmitted",
        "GoalApproved",
        "EvaluationCompleted",
        "ResultApproved",
        "ResultPublished",
    ]
    unit = publishing.get(f"/api/{YEAR}/units/department-04").json()
    assert (unit["count"], unit["paid"], unit["projects"][0]["project"]) == (1, "2899260.00", "CS-2")
    assert publishing.get(f"/api/{YEAR}/units/nobody").json()["type"] == "/problems/unit-not-published"


def test_the_published_document_has_the_digest_that_the_record_says(publishing: Publishing) -> None:
    publishing.hear(*whole_year(troubled=True))
    publishing.approve()
    project = publishing.get(f"/api/{YEAR}/projects/CS-1").json()
    document = publishing.get(f"/api/{YEAR}/projects/CS-1/document")
    assert hashlib.sha256(document.content).hexdigest() == project["digest"]
    published = publishing.get(f"/api/events/{project['story'][-1]['event']}").json()
    assert published["data"]["digest"] == project["digest"]
    assert published["data"]["page"] == f"/{YEAR}/projects/CS-1"


def test_a_later_evaluation_waits_and_the_page_stays_until_it_is_approved(publishing: Publishing) -> None:
    publishing.hear(*whole_year())
    publishing.approve()
    first = publishing.get(f"/api/{YEAR}/projects/CS-1").json()
    publishing.hear(judged(paid=500_000_000, judgement=13), evaluated(grade="good", paid=500_000_000, number=2))
    assert publishing.get(f"/api/{YEAR}/projects/CS-1").json()["digest"] == first["digest"]
    assert publishing.get("/api/held", "finance").json()["held"][0]["published_before"] is True
    late = publishing.conn.execute("select id from record.event where data->>'judgement' = '13'").fetchone()
    assert late and publishing.get(f"/api/events/{late[0]}").status_code == 404

    assert len(publishing.approve().json()["events"]) == 3
    second = publishing.get(f"/api/{YEAR}/projects/CS-1").json()
    assert (second["total"], second["paid"], second["months"][-1]["paid"]) == ("86.40", "5000000.00", "5000000.00")
    assert [revision["number"] for revision in second["revisions"]] == [2, 1]
    assert publishing.get(f"/api/events/{late[0]}").status_code == 200
    old = publishing.get(f"/api/{YEAR}/projects/CS-1/document?number=1")
    assert hashlib.sha256(old.content).hexdigest() == first["digest"]
    assert publishing.get(f"/api/{YEAR}").json()["projects"] == 1


def test_the_same_approval_again_is_no_event_and_the_same_key_the_same_answer(publishing: Publishing) -> None:
    publishing.hear(*whole_year())
    headers = {**signed("official"), "Idempotency-Key": "once"}
    path, body = f"/api/projects/{YEAR}/CS-1/approval", {"document": "县绩效〔2027〕2号"}
    first = publishing.http.post(path, json=body, headers=headers)
    assert publishing.http.post(path, json=body, headers=headers).json() == first.json()
    assert publishing.approve().json()["events"] == []
    assert publishing.http.post(path, json=body, headers=signed("official")).status_code == 400, "no key"


@pytest.mark.parametrize("role", ["unit", "department", "finance", "auditor", "leader", "performance-office"])
def test_only_an_official_approves(publishing: Publishing, role: str) -> None:
    publishing.hear(*whole_year())
    answer = publishing.approve(role=role)
    assert answer.status_code == 403 and answer.json()["type"] == "/problems/not-permitted"
    assert publishing.get(f"/api/{YEAR}").status_code == 404


def test_every_refusal_comes_with_its_sentence(publishing: Publishing) -> None:
    unknown = publishing.approve("CS-9")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/nothing-held")
    publishing.hear(evaluated("CS-5"))
    assert publishing.approve("CS-5").json()["type"] == "/problems/goal-not-heard"
    publishing.hear(approved("CS-6"), evaluated("CS-6", rests_on=("0b7f3c1e-8d0b-4a54-9c7e-0d7c3b6d1a11",)))
    waiting = publishing.approve("CS-6")
    assert (waiting.status_code, waiting.json()["missing"]) == (409, 1)
    publishing.hear(*whole_year())
    assert publishing.approve(document=" ").json()["type"] == "/problems/document-missing"
    assert publishing.approve(document="").status_code == 422
    other = publishing.approve(evaluation="0b7f3c1e-8d0b-4a54-9c7e-0d7c3b6d1a11")
    assert other.json()["type"] == "/problems/another-result-held"
    assert all(lang in other.json()["words"] for lang in ("zh", "en"))


def test_a_search_finds_by_two_characters(publishing: Publishing) -> None:
    names = {"CS-1": "高标准农田灌溉渠改造", "CS-2": "农村饮水安全", "CS-3": "县域医共体信息化"}
    for code, name in names.items():
        publishing.hear(*whole_year(code, name, "水利局" if code != "CS-3" else "卫生健康局"))
        publishing.approve(code)

    def found(**query: Any) -> list[str]:
        answer = publishing.http.get(f"/api/{YEAR}/projects", params=query).json()
        assert answer["count"] == len(answer["projects"]) or "after" in query
        return [project["project"] for project in answer["projects"]]

    assert found(q="灌溉") == ["CS-1"]
    assert found(q="水利") == ["CS-1", "CS-2"]
    assert found(q="农 水利局") == ["CS-1", "CS-2"]
    assert found(q="cs-3") == ["CS-3"]
    assert found(q="溉灌") == []
    assert found(q="%") == []
    assert found(grade="poor") == []
    assert found(unit="卫生健康局") == ["CS-3"]
    page = publishing.http.get(f"/api/{YEAR}/projects", params={"limit": 2}).json()
    assert (page["count"], page["next"]) == (3, "CS-2")
    assert found(after="CS-2") == ["CS-3"]


def test_a_units_assessment_never_arrives_in_the_record(publishing: Publishing) -> None:
    """Through the inbox as the worker runs it: heard, counted, and not kept."""
    unit = evaluated(subject_kind="unit", project=None, audience="circulated", unit="town-1")
    ear = Inbox(publishing.conn, RECORD, StandingClock(), inbox.hear, publishing.interest)
    ((_, held),) = claim(publishing.conn, {("evaluation.events", 0)}).items()
    held = ear.receive(held, message(unit, 1, 0))
    held = ear.receive(held, message(evaluated(), 1, 1))
    held = ear.receive(held, message(evaluated(), 1, 2))
    streams = publishing.conn.execute("select stream from record.event").fetchall()
    assert streams == [(f"project/CS-1/{YEAR}",)]
    assert held.next_offset == 3
    assert publishing.rows("record.dead_letter") == []


def test_a_rebuild_gives_every_page_again(publishing: Publishing) -> None:
    publishing.hear(*whole_year(troubled=True), *whole_year("CS-2", "农村饮水安全", "department-04", "good"))
    publishing.approve()
    publishing.hear(evaluated(grade="good", number=2))
    publishing.approve()
    tables = ("read.result", "read.publication", "read.month")
    before = [publishing.rows(table) for table in tables]
    assert all(before)
    with psycopg.connect(publishing.database.owner_url, autocommit=True) as owner:
        assert rebuild(owner, RECORD) == len(publishing.rows("record.event"))
    assert [publishing.rows(table) for table in tables] == before


class ALaterGoal(GoalApproved):
    """A goal approved, as a later release may know it: with one more field that need not be there."""

    funding: str | None = None

    @classmethod
    def type_name(cls) -> str:
        return GoalApproved.type_name()


@pytest.mark.parametrize("written", [True, False], ids=["as-it-was-written", "from-before-it-was-written"])
def test_a_field_that_an_event_gains_later_changes_no_published_document(
    publishing: Publishing, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    publishing.hear(*whole_year(troubled=True))
    publishing.approve()
    path = f"/api/{YEAR}/projects/CS-1/document"
    before = publishing.get(path).content
    for record in (RECORD, projections._RECORD):
        monkeypatch.setitem(record.events, GoalApproved.type_name(), ALaterGoal)  # type: ignore[arg-type]
    with psycopg.connect(publishing.database.owner_url, autocommit=True) as owner:
        if not written:
            owner.execute("delete from record.event where type like %s", ("jixiao.publishing.PublicationWritten.%",))
        rebuild(owner, RECORD)
    assert publishing.get(path).content == before
    assert publishing.rows("read.publication")


def test_the_written_document_is_no_event_of_the_public_story(publishing: Publishing) -> None:
    publishing.hear(*whole_year())
    written = next(event for event in publishing.approve().json()["events"] if ".PublicationWritten." in event["type"])
    assert publishing.get(f"/api/events/{written['id']}").status_code == 404
    assert publishing.get(f"/events/{written['id']}", "official").status_code == 200
    story = publishing.get(f"/api/{YEAR}/projects/CS-1").json()["story"]
    assert [step["type"].split(".")[2] for step in story[-2:]] == ["ResultApproved", "ResultPublished"]


def test_a_reader_with_the_page_is_told_that_nothing_changed(publishing: Publishing) -> None:
    publishing.hear(*whole_year())
    publishing.approve()
    first = publishing.get(f"/api/{YEAR}")
    again = publishing.http.get(f"/api/{YEAR}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
