"""A rebuild beside a service that goes on: nothing waits for it but its last moment, nobody sees half, and everything is as before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import psycopg
import pytest

from backbone.record import rebuild as rebuilding
from backbone.record.events import Connection, Recorded
from backbone.record.rebuild import NotAlike, rebuild
from backbone.record.snapshot import at_one_moment
from backbone.record.transact import Transact
from backbone.record.transaction import Transaction
from tests.integration.recording import ACTOR, RECORD, StandingClock, resumed
from tests.integration.servers import Fresh, Servers

SOON = "set statement_timeout = '5s'"
STREAM = resumed("CS-1").stream()


class Killed(Exception):
    """Stands for the end of the process."""


def count(conn: Connection, recorded: Recorded) -> None:
    """A read model that shows what was applied to it, and how often."""
    conn.execute(
        "insert into counted (stream, events, reasons) values (%s, 1, %s) on conflict (stream) do update"
        " set events = counted.events + 1, reasons = counted.reasons || excluded.reasons",
        (recorded.stream, [recorded.event.reason]),  # type: ignore[attr-defined]
    )


@dataclass
class Counting:
    """A service whose read model counts; `meanwhile` happens each time that a rebuild applies an event."""

    database: Fresh
    meanwhile: Callable[[Recorded], None] = lambda recorded: None

    def apply(self, conn: Connection, recorded: Recorded) -> None:
        if conn.info.user.endswith("_owner"):
            self.meanwhile(recorded)
        count(conn, recorded)

    @contextmanager
    def service(self) -> Iterator[Connection]:
        with psycopg.connect(self.database.url, autocommit=True, prepare_threshold=0) as conn:
            conn.execute(SOON)
            yield conn

    def say(self, *reasons: str) -> None:
        """A command each."""
        with self.service() as conn:
            for reason in reasons:
                self.transact(conn)(lambda tx, reason=reason: self.append(tx, reason), actor=ACTOR)

    def transact(self, conn: Connection) -> Transact:
        @contextmanager
        def connect() -> Iterator[Connection]:
            yield conn

        return Transact(connect, replace(RECORD, apply=self.apply), StandingClock())

    @staticmethod
    def append(tx: Transaction, reason: str) -> None:
        tx.append(STREAM, len(tx.load(STREAM)), (resumed("CS-1", reason),))

    def rebuild(self) -> int:
        with self.owner() as owner:
            return rebuild(owner, replace(RECORD, apply=self.apply))

    @contextmanager
    def owner(self) -> Iterator[Connection]:
        with psycopg.connect(self.database.owner_url, autocommit=True) as conn:
            yield conn

    def counted(self) -> list[Any]:
        with self.service() as conn:
            return conn.execute("select events, reasons from read.counted").fetchall()


@pytest.fixture
def counting(servers: Servers) -> Counting:
    found = Counting(servers.fresh("goals"))
    with found.owner() as owner:
        owner.execute("create table read.counted (stream text primary key, events integer not null, reasons text[])")
    return found


def named(reason: str, act: Callable[[], None]) -> Callable[[Recorded], None]:
    """Does `act` when the event with this reason is applied."""
    return lambda recorded: act() if recorded.event.reason == reason else None  # type: ignore[attr-defined]


def test_commands_go_on_while_it_is_built_and_nothing_of_them_is_missing(counting: Counting) -> None:
    counting.say("1", "2")
    counting.meanwhile = named("1", lambda: counting.say("3"))
    assert counting.rebuild() == 3
    assert counting.counted() == [(3, ["1", "2", "3"])]
    counting.say("4")
    assert counting.counted() == [(4, ["1", "2", "3", "4"])]


def test_until_it_is_put_in_place_everybody_reads_the_old(counting: Counting) -> None:
    counting.say("1", "2")
    with counting.owner() as owner:
        owner.execute("update read.counted set events = 7")
    seen: list[Any] = []
    counting.meanwhile = lambda _: seen.append(counting.counted())
    counting.rebuild()
    assert seen == [[(7, ["1", "2"])]] * 2
    assert counting.counted() == [(2, ["1", "2"])]


def test_a_rebuild_that_is_killed_leaves_the_old_in_use_and_the_next_begins_anew(counting: Counting) -> None:
    def die() -> None:
        raise Killed

    counting.say("1", "2")
    counting.meanwhile = named("2", die)
    with pytest.raises(Killed):
        counting.rebuild()
    counting.say("3")
    assert counting.counted() == [(3, ["1", "2", "3"])]
    counting.meanwhile = lambda _: None
    assert counting.rebuild() == 3
    assert counting.counted() == [(3, ["1", "2", "3"])]


def test_one_killed_after_the_change_of_names_leaves_nothing_that_hinders_the_next(counting: Counting) -> None:
    counting.say("1")
    with counting.owner() as owner:
        owner.execute("create schema read_before")
        owner.execute("create table read_before.counted (stream text)")
    assert counting.rebuild() == 1
    assert counting.rebuild() == 1
    assert counting.counted() == [(1, ["1"])]
    with counting.owner() as owner:
        left = owner.execute("select nspname from pg_namespace where nspname like 'read%' order by 1").fetchall()
    assert left == [("read",)]


def test_a_command_that_waits_at_the_lock_with_statements_prepared_writes_into_the_new(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting.say("1")
    with counting.service() as conn:
        run = counting.transact(conn)

        def command(tx: Transaction) -> None:
            tx.conn.execute("select events from read.counted where stream = %s", (STREAM,)).fetchall()
            counting.append(tx, "late")

        late = threading.Thread(target=lambda: run(command, actor=ACTOR))

        def begin_late() -> None:
            late.start()
            wait_until_it_waits(counting, conn)

        counting.meanwhile = named("last", begin_late)
        ready = counting.transact(conn)
        ready(lambda tx: counting.append(tx, "2"), actor=ACTOR)
        put = rebuilding._ReadModels.put_in_place

        def once(self: Any) -> bool:
            counting.say("last")
            return put(self)

        monkeypatch.setattr(rebuilding._ReadModels, "put_in_place", once)
        assert counting.rebuild() == 3
        late.join(10)
    assert counting.counted() == [(4, ["1", "2", "last", "late"])]


def wait_until_it_waits(counting: Counting, conn: Connection) -> None:
    with counting.owner() as watching:
        while not watching.execute("select pg_blocking_pids(%s) <> '{}'", (conn.info.backend_pid,)).fetchone()[0]:  # type: ignore[index]
            pass


def test_who_reads_at_one_moment_sees_all_of_it_and_is_waited_for(counting: Counting) -> None:
    counting.say("1", "2")
    made = threading.Event()

    def run() -> None:
        counting.rebuild()
        made.set()

    with counting.service() as conn, counting.owner() as owner:
        with at_one_moment(conn):
            before = conn.execute("select now(), count(*) from record.rebuild").fetchone()
            building = threading.Thread(target=run)
            building.start()
            while not owner.execute("select to_regclass('read_next.counted')").fetchone()[0]:  # type: ignore[index]
                pass
            owner.execute("select pg_sleep(0.5)")
            assert conn.execute("select events from read.counted").fetchall() == [(2,)]
            assert not made.is_set()
            assert before is not None and before[1] == 0
        building.join(10)
        assert made.is_set()
        assert conn.execute("select events, position from record.rebuild").fetchall() == [(2, 2)]


@pytest.mark.parametrize("service", ["goals", "monitoring", "evaluation", "publishing"])
def test_tables_indexes_rights_and_comments_are_as_before(servers: Servers, service: str) -> None:
    fresh = servers.fresh(service)
    with psycopg.connect(fresh.owner_url, autocommit=True) as owner:
        before = rebuilding._description(owner, "read")
        rebuild(owner, import_module(f"services.{service}.app").RECORD)
        assert rebuilding._description(owner, "read") == before
        assert any(line.startswith("index ") for line in before) and any("jixiao_" in line for line in before)
        owner.execute("create table read.later (number integer)")
    with psycopg.connect(fresh.url, autocommit=True) as conn:
        conn.execute("insert into later values (1)")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("create view read.shown as select events from read.counted", "shown"),
        ("create view record.shown as select events from read.counted", "used by rule _RETURN on view record.shown"),
        ("create table read.other (stream text references read.counted)", "other_stream_fkey"),
        ("create function read.one() returns integer language sql as 'select 1'", "function one"),
        ("create sequence read.numbers", "numbers"),
    ],
)
def test_what_cannot_be_made_again_refuses_the_rebuild_by_name(counting: Counting, made: str, said: str) -> None:
    counting.say("1")
    with counting.owner() as owner:
        owner.execute(made)
    with pytest.raises(NotAlike, match=said):
        counting.rebuild()
    assert counting.counted() == [(1, ["1"])]
