"""The event table on real PostgreSQL: versions, public numbers, idempotency, least roles."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from backbone.record.transact import Asked, KeyReused
from backbone.record.transaction import Outcome, Transaction, VersionConflict
from tests.integration.recording import ACTOR, resumed, transact
from tests.integration.servers import Servers


@pytest.fixture
def conn(servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(servers.fresh("goals").url, autocommit=True) as connection:
        yield connection


def append(project: str, *, version: int = 0, reason: str = "整改完成") -> Any:
    event = resumed(project, reason)
    return lambda tx: Outcome(event.stream(), version + 1, tx.append(event.stream(), version, (event,)))


def test_appended_events_have_contiguous_versions_and_public_numbers(conn: psycopg.Connection[Any]) -> None:
    run = transact(conn)
    run(append("CS-1"), actor=ACTOR)
    run(append("CS-1", version=1), actor=ACTOR)
    loaded = run(lambda tx: tx.load("project/CS-1/2026"))
    assert [(recorded.version, recorded.number, recorded.actor) for recorded in loaded] == [
        (1, 1, str(ACTOR)),
        (2, 2, str(ACTOR)),
    ]
    assert loaded[0].event == resumed("CS-1")


def test_a_stream_that_moved_on_is_a_conflict_and_writes_nothing(conn: psycopg.Connection[Any]) -> None:
    run = transact(conn)
    run(append("CS-2"))
    with pytest.raises(VersionConflict):
        run(append("CS-2"))
    assert len(run(lambda tx: tx.load("project/CS-2/2026"))) == 1


def test_the_same_key_is_answered_the_same_and_done_once(conn: psycopg.Connection[Any]) -> None:
    run = transact(conn)
    asked = Asked("order-resumption", "key-1", {"project": "CS-3"})
    first = run.command(asked, ACTOR, lambda tx: (append("CS-3")(tx), {}))
    second = run.command(asked, ACTOR, lambda tx: (append("CS-3", version=1)(tx), {}))
    assert first == second
    assert isinstance(first, dict) and first["version"] == 1
    assert len(run(lambda tx: tx.load("project/CS-3/2026"))) == 1
    assert run.command(
        Asked("order-resumption", "key-1", {"project": "other"}), ACTOR, lambda tx: (append("x")(tx), {})
    ) == KeyReused("key-1")
    outcomes = [
        row[0] for row in conn.execute("select outcome from record.audit where detail->>'key' = 'key-1' order by id")
    ]
    assert outcomes == ["done", "refused"]


def test_position_order_is_commit_order_with_many_writers(servers: Servers) -> None:
    """Each writer notes the highest position it can see after its own commit: nothing may appear below it later."""
    url = servers.fresh("goals").url
    seen: list[list[int]] = []

    def write(name: str) -> None:
        with psycopg.connect(url, autocommit=True) as own:
            run = transact(own)
            for version in range(15):
                run(append(f"W-{name}", version=version))
                seen.append([row[0] for row in own.execute("select position from record.event order by position")])

    threads = [threading.Thread(target=write, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(url, autocommit=True) as own:
        final = [row[0] for row in own.execute("select position from record.event order by position")]
    assert len(seen) == 90
    for positions in seen:
        assert final[: len(positions)] == positions


def test_the_service_role_can_neither_change_nor_delete_events(conn: psycopg.Connection[Any]) -> None:
    transact(conn)(append("CS-4"))
    for statement in (
        "update record.event set actor = 'x'",
        "delete from record.event",
        "truncate record.event",
        "create table read.x (y int)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement)


def test_a_work_that_fails_leaves_nothing(conn: psycopg.Connection[Any]) -> None:
    def work(tx: Transaction) -> None:
        append("CS-5")(tx)
        raise ValueError("after the append")

    run = transact(conn)
    with pytest.raises(ValueError, match="after the append"):
        run(work)
    assert run(lambda tx: tx.load("project/CS-5/2026")) == []
