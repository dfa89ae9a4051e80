"""Connections to real PostgreSQL that stop before every statement, and break where the scheduler says so.

psycopg sends everything through `Connection.wait`, so one method is the place where an actor stops. A statement that waits for another's
lock is told from a slow one by PostgreSQL itself (`pg_blocking_pids`), so that what happens depends on the seed and never on time.
"""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportIncompatibleMethodOverride=false
from __future__ import annotations

import select
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import pq, sql
from psycopg._preparing import PrepareManager
from psycopg.pq.abc import PGconn
from psycopg.waiting import Ready, Wait
from psycopg.waiting import wait as wait_alone

from tests.simulation.scheduler import ENDED, Scheduler

PATIENCE = 2
"""Milliseconds without an answer until PostgreSQL is asked whether a lock is waited for, while another's transaction is open."""
ASKED_EVERY = 10.0
"""Seconds after which an answer is looked for again where nothing can hold it up."""
STATEMENTS = 400
"""So many stay prepared in a session, from actor to actor and run to run: planning is most of what a small statement costs."""
_EXIT = "_exit_gen"
_FORGOTTEN = b"reset all; unlisten *; select pg_advisory_unlock_all()"
"""What a new session would not have; only temporary tables stay, which are empty after each transaction."""


class SimulatedConnection(psycopg.Connection[Any]):
    """A connection of an actor. It falls with its actor, and `close` gives the server's session back."""

    database: Database
    scheduler: Scheduler
    notified: set[str]
    label = "connects"
    listens = ""
    fallen = False
    deadlocked = False
    waiting = False

    @property
    def closed(self) -> bool:
        return self.fallen or super().closed

    def close(self) -> None:
        self.fall()

    def fall(self) -> None:
        """The connection is gone; the server ends its transaction."""
        if not self.fallen:
            self.fallen = True
            self.database.take_back(self, waiting=self.waiting)

    def fail_as_deadlocked(self) -> bool:
        """End the statement that waits, as PostgreSQL's search for deadlocks would; whether one waited."""
        if self.waiting and not self.fallen:
            self.deadlocked = True
            self.database.cancel(self.pgconn.backend_pid)
            while self.database.is_blocked(self.pgconn.backend_pid):
                pass
            self.scheduler.changed(ENDED)
            return True
        return False

    def wait(self, gen: Generator[Any, Any, Any], interval: float = 0.0, timeout: float | None = None) -> Any:
        name = getattr(gen, "__name__", "")
        if self.fallen:
            gen.close()
            if name == _EXIT:
                return False
            raise psycopg.OperationalError("the connection is gone")
        if self._pipeline is not None:
            return self._told(self._drive(gen))
        label = f"{self.database.name}: {self.label if name != _EXIT else self._leaving(gen)}"
        fate = self.scheduler.pause(label)
        if fate == "cut before" or self.fallen:
            gen.close()
            self.fall()
            raise psycopg.OperationalError("the connection was cut before the server heard")
        result = self._told(self._drive(gen))
        if fate == "cut after":
            self.fall()
            raise psycopg.OperationalError("the connection was cut before the answer came")
        return result

    @contextmanager
    def pipeline(self) -> Generator[psycopg.Pipeline]:
        """A pipeline is one step: when its answers come, and in how many pieces, is a matter of time."""
        fate = (
            self.scheduler.pause(f"{self.database.name}: pipeline")
            if self._pipeline is None and not self.fallen
            else None
        )
        if fate == "cut before":
            self.fall()
        if self.fallen:
            raise psycopg.OperationalError("the connection is gone")
        with super().pipeline() as pipeline:
            yield pipeline
        if fate == "cut after":
            self.fall()
            raise psycopg.OperationalError("the connection was cut before the answer came")

    def _told(self, result: Any) -> Any:
        """Tell whoever listens, once the transaction is over."""
        if self.pgconn.transaction_status == pq.TransactionStatus.IDLE:
            self.scheduler.changed(ENDED)
            for channel in sorted(self.notified):
                self.scheduler.changed(f"{self.database.name} {channel}")
            self.notified.clear()
        return result

    def execute(self, query: Any, *args: Any, **options: Any) -> psycopg.Cursor[Any]:
        self.label = _word(query)
        if "pg_notify" in self.label:
            self.notified.add(args[0][0])
        elif isinstance(query, sql.Composed) and self.label == "listen":
            self.listens = query.as_string(self).split()[1].strip('"')
        return super().execute(query, *args, **options)

    def notifies(self, *, timeout: float | None = None, stop_after: int | None = None) -> Any:
        self.scheduler.idle(f"{self.database.name}: rests", f"{self.database.name} {self.listens}")
        if self.fallen:
            raise psycopg.OperationalError("the connection is gone")
        return iter(())

    def _wait_for_lock(self) -> None:
        """Let others go on until nobody holds what is waited for; asked again whenever somebody's transaction has ended."""
        scheduler, pid = self.scheduler, self.pgconn.backend_pid
        asked = -1

        def blocked() -> bool:
            nonlocal asked
            if asked == scheduler.changes[ENDED]:
                return True
            asked = scheduler.changes[ENDED]
            return self._blocks_again(pid)

        self.waiting = True
        self.scheduler.wait(blocked)
        self.waiting = False

    def _blocks_again(self, pid: int) -> bool:
        """Whether the statement still waits for a lock, or for the next one; if not, its answer has come."""
        poll = select.poll()
        poll.register(self.pgconn.socket, select.POLLIN)
        while not self.database.is_blocked(pid):
            if poll.poll(0):
                return False
        return True

    @staticmethod
    def _leaving(gen: Generator[Any, Any, Any]) -> str:
        frame = getattr(gen, "gi_frame", None)
        error = frame.f_locals.get("exc_val") if frame else None
        return "rollback" if error is not None else "commit"

    def _drive(self, gen: Generator[Any, Any, Any]) -> Any:
        if self.database.alone(self):
            return wait_alone(gen, self.pgconn.socket, ASKED_EVERY)
        poll = select.poll()
        socket = self.pgconn.socket
        try:
            wanted = next(gen)
            while True:
                poll.register(socket, (wanted & Wait.R and select.POLLIN) | (wanted & Wait.W and select.POLLOUT))
                events = poll.poll(PATIENCE)
                if events:
                    event = events[0][1]
                    ready = (event & ~select.POLLOUT and Ready.R) | (event & select.POLLOUT and Ready.W)
                    wanted = gen.send(ready)
                elif self.database.is_blocked(self.pgconn.backend_pid):
                    self._wait_for_lock()
        except StopIteration as done:
            return done.value
        except psycopg.errors.QueryCanceled:
            if self.deadlocked:
                self.deadlocked = False
                raise psycopg.errors.DeadlockDetected("deadlock detected") from None
            raise


class Database:
    """One database: its connections, and a view of it that never waits."""

    def __init__(self, name: str, url: str, lent: list[SimulatedConnection]) -> None:
        """`lent`: the connections to this database that are in use, those of its other users included."""
        self.name = name
        self.url = url
        self.scheduler: Scheduler | None = None
        self.control = psycopg.connect(url, autocommit=True)
        self._idle: list[tuple[PGconn, PrepareManager]] = []
        self._lent = lent

    def connect(self, *_: Any, **__: Any) -> SimulatedConnection:
        """A connection for the actor that asks."""
        assert self.scheduler is not None
        session, prepared = self._idle.pop() if self._idle else (self._session(), _prepared())
        conn = SimulatedConnection(session)
        conn._autocommit = True
        conn._prepared = prepared
        conn.database, conn.scheduler, conn.notified = self, self.scheduler, set()
        self._lent.append(conn)
        actor = self.scheduler.current
        if actor is not None:
            actor.owns.append(conn)
        return conn

    def alone(self, conn: SimulatedConnection) -> bool:
        """Whether nobody else is in a transaction, so that no lock can be waited for."""
        return all(
            other is conn or other.pgconn.transaction_status == pq.TransactionStatus.IDLE for other in self._lent
        )

    def take_back(self, conn: SimulatedConnection, *, waiting: bool) -> None:
        """A session whose client is gone: the server rolls back and lets go of its locks. One in the middle of something is ended."""
        session = conn.pgconn
        self._lent.remove(conn)
        if self.scheduler is not None:
            self.scheduler.changed(ENDED)
        if not waiting and session.status == pq.ConnStatus.OK and (prepared := _drained(session, conn._prepared)):
            if session.transaction_status != pq.TransactionStatus.IDLE:
                session.exec_(b"rollback")
            if session.exec_(_FORGOTTEN).status == pq.ExecStatus.TUPLES_OK:
                self._idle.append((session, prepared))
                return
        self._end(session)

    def is_blocked(self, pid: int) -> bool:
        """Whether a session waits for another's lock."""
        row = self.control.execute("select cardinality(pg_blocking_pids(%s))", (pid,)).fetchone()
        return bool(row and row[0])

    def cancel(self, pid: int) -> None:
        """End the statement of a session."""
        self.control.execute("select pg_cancel_backend(%s)", (pid,))

    def close(self) -> None:
        """End all sessions."""
        self.control.close()
        for session, _ in self._idle:
            session.finish()

    def _session(self) -> PGconn:
        conn = psycopg.connect(self.url, autocommit=True)
        session = conn.pgconn
        conn._closed = True  # the session outlives this object of psycopg's
        session.exec_(b"select 1")
        return session

    def _end(self, session: PGconn) -> None:
        """End a session in the middle of something, and wait until the server has seen to it."""
        pid = session.backend_pid if session.status == pq.ConnStatus.OK else 0
        session.finish()
        with suppress(psycopg.Error):
            self.control.execute("select pg_terminate_backend(%s, 5000)", (pid,))


def _prepared() -> PrepareManager:
    """What a session has prepared: everything, when it first comes."""
    prepared = PrepareManager()
    prepared.prepare_threshold, prepared.prepared_max = 0, STATEMENTS
    return prepared


def _drained(session: PGconn, prepared: PrepareManager) -> PrepareManager | None:
    """Take the answers that nobody will ask for; what the session then has prepared, or None where it can't be used again."""
    if session.pipeline_status != pq.PipelineStatus.OFF:
        session.pipeline_sync()
        session.flush()
        while (answer := session.get_result()) is None or answer.status != pq.ExecStatus.PIPELINE_SYNC:
            if session.status != pq.ConnStatus.OK:
                return None
        while session.get_result() is not None:
            pass
        session.exit_pipeline_mode()
        session.exec_(b"rollback; deallocate all")
        prepared = _prepared()
    able = session.transaction_status in (
        pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR,
    )  # fmt: skip
    return prepared if able else None


def _word(query: Any) -> str:
    """The beginning of a statement."""
    if isinstance(query, sql.Composable):
        return "listen" if "listen" in repr(query) else "composed"
    text = query if isinstance(query, str) else query.decode()
    return " ".join(text.split()[:4])[:60]
