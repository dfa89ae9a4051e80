"""Goals' record on real PostgreSQL: read models rebuilt, conflicts, what the service's role may not do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from backbone.record.rebuild import rebuild
from backbone.record.transaction import Outcome, Transaction, VersionConflict
from contracts.decision import Actor, Refusal
from services.goals import clock, handlers
from services.goals.app import RECORD
from services.goals.domain.declaration import ApproveGoal
from services.goals.domain.refusals import AlreadyApproved
from tests.integration.goals_http import (
    PROPOSED,
    PUBLISHED,
    RESUMED,
    STOPPED,
    SUSPENDED,
    URGED,
    Goals,
    application,
    declaration,
    goals,
    graded,
)
from tests.integration.servers import Servers

FINANCE = Actor("王芳", "finance", "finance")
STREAM = "project/CS-1/2026"


@pytest.fixture
def at(servers: Servers) -> Iterator[Goals]:
    with goals(servers) as found:
        yield found


def read_models(url: str) -> dict[str, list[Any]]:
    """Every row of every read model."""
    with psycopg.connect(url, autocommit=True) as conn:
        tables = [
            row[0] for row in conn.execute("select tablename from pg_tables where schemaname = 'read' order by 1")
        ]
        return {
            table: conn.execute(psycopg.sql.SQL("select * from read.{} order by 1, 2, 3").format(psycopg.sql.Identifier(table))).fetchall()
            for table in tables
        }  # fmt: skip


def a_whole_year(at: Goals) -> None:
    """Every kind of event that can stand in goals' event table."""
    light = declaration()
    light["annual"][2]["weight"] = "5"
    at.post("declarations", light, who="unit")
    at.post("review")
    at.lies("approved")
    at.hear(URGED, SUSPENDED)
    at.post("adjustments", application(reason="初次申请"), who="unit")
    at.post("adjustments/1/rejection", {"reason": "依据不足"})
    at.post("adjustments", application(), who="unit")
    at.post("adjustments/2/approval", {"document": "县财预〔2026〕31号"})
    at.hear(RESUMED, PROPOSED, STOPPED, graded(), PUBLISHED)
    at.post("/api/projects/2026/CS-2/declarations", declaration(ex_ante=None), who="unit")
    at.post("/api/projects/2026/CS-2/review")
    for path, body, who in (
        ("declarations", declaration(), "unit"),
        ("review", {}, "finance"),
        ("approval", {"document": "县财预〔2026〕4号"}, "finance"),
    ):
        at.post(f"/api/projects/2026/CS-3/{path}", body, who=who)
    freed = {"to": "CS-3", "amount": "1000.00", "reason": "灌区抢修亟需资金"}
    at.post("reallocations", freed)
    at.post("reallocations/1/rejection", {"reason": "另有安排"})
    at.post("reallocations", freed)
    at.post("reallocations/2/approval", {"document": "县财预〔2026〕45号"})


def test_a_rebuild_gives_the_same_read_models(at: Goals) -> None:
    a_whole_year(at)
    before = read_models(at.owner_url)
    with psycopg.connect(at.owner_url, autocommit=True) as conn:
        kinds = {row[0] for row in conn.execute("select distinct type from record.event")}
        assert kinds == set(RECORD.events), "the year shows every kind of event"
        conn.execute("update read.project set name = 'x', freed = 1")
        conn.execute("delete from read.review")
        assert rebuild(conn, RECORD) == conn.execute("select count(*) from record.event").fetchone()[0]  # type: ignore[index]
    assert read_models(at.owner_url) == before
    assert [row[1] for row in before["project"]] == ["CS-1", "CS-2", "CS-3"]


def test_public_events_are_numbered_without_a_gap_and_private_ones_are_not(at: Goals) -> None:
    a_whole_year(at)
    with at.transact() as transact:
        recorded = transact(lambda tx: tx.load(STREAM))
    assert [each.version for each in recorded] == list(range(1, len(recorded) + 1))
    public = [each for each in recorded if each.origin is None and each.type.split(".")[2] in {
        "GoalSubmitted", "GoalReturned", "GoalRefused", "GoalApproved", "GoalAdjusted", "AdjustmentRejected", "FundsReallocated",
            "ReallocationRejected",
    }]  # fmt: skip
    assert [each.number for each in public] == list(range(1, len(public) + 1))
    assert all(each.number is None for each in recorded if each not in public)


def test_a_stale_version_conflicts(at: Goals) -> None:
    at.lies("submitted")
    with at.transact() as transact:
        [submitted] = transact(lambda tx: tx.load(STREAM))
        with pytest.raises(VersionConflict):
            transact(lambda tx: tx.append(STREAM, 0, [submitted.event]))


def test_of_two_approvals_at_once_one_counts(at: Goals) -> None:
    """Both have read the passed declaration before either writes: the second is tried again and finds it approved."""
    at.lies("passed")
    both_have_read = threading.Barrier(2, timeout=30)
    results: list[Outcome | Refusal] = []

    def approve(document: str) -> None:
        tries = 0

        def work(tx: Transaction) -> Outcome | Refusal:
            nonlocal tries
            tries += 1
            past = tx.load(STREAM)
            if tries == 1:
                both_have_read.wait()
            command = ApproveGoal("CS-1", 2026, document=document)
            state = handlers.DECLARATION.fold([each.event for each in past])
            decided = handlers.DECLARATION.decide(command, state, tx.context)
            if isinstance(decided, Refusal):
                return decided
            return Outcome(STREAM, len(past) + len(decided), tx.append(STREAM, len(past), decided))

        with at.transact() as transact:
            results.append(transact(work, actor=FINANCE))

    threads = [threading.Thread(target=approve, args=(document,)) for document in ("甲文", "乙文")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    won = [result for result in results if isinstance(result, Outcome)]
    lost = [result for result in results if isinstance(result, Refusal)]
    assert len(won) == len(lost) == 1
    document = getattr(won[0].events[0].event, "document", None)
    assert lost == [AlreadyApproved("CS-1", 2026, document=document)]
    assert at.get("").json()["document"] == document


def test_the_service_s_role_adds_to_the_record_and_never_changes_it(at: Goals) -> None:
    at.lies("submitted")
    for statement in (
        b"update record.event set actor = 'x'",
        b"delete from record.event",
        b"truncate record.event",
        b"delete from record.audit",
        b"drop table read.project",
    ):
        with (
            psycopg.connect(at.url, autocommit=True) as conn,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            conn.execute(statement)


def test_what_is_heard_again_counts_once(at: Goals) -> None:
    at.lies("approved")
    at.hear(SUSPENDED)
    numbers = dict(at._numbers)
    at._numbers.clear()
    at.hear(SUSPENDED)
    assert at._numbers == numbers
    with at.transact() as transact:
        heard = [each for each in transact(lambda tx: tx.load(STREAM)) if each.origin == "monitoring"]
    assert len(heard) == 1


def test_an_announcement_about_a_project_that_nobody_declared_is_kept(at: Goals) -> None:
    at.hear(URGED, SUSPENDED, STOPPED, graded(), PUBLISHED)
    assert at.get("").status_code == 404
    with at.transact() as transact:
        assert len(transact(lambda tx: tx.load(STREAM))) == 5


def test_nothing_falls_due(at: Goals) -> None:
    at.lies("submitted")
    with at.transact() as transact:
        assert clock.due(transact, date(2026, 12, 31)) == 0
        assert len(transact(lambda tx: tx.load(STREAM))) == 1
