"""Running a command: one transaction for its events, its read models, its audit row and its answer."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.types.json import Json

from backbone.process import metrics, trace
from backbone.record.clock import Clock
from backbone.record.events import Connection, Record
from backbone.record.transaction import Outcome, Transaction, VersionConflict
from contracts.decision import SYSTEM, Actor, Context, Refusal

T = TypeVar("T")
Connect = Callable[[], AbstractContextManager[Connection]]
"""Gives a connection for one use: a pool's `connection`, or a worker's own."""

RETRIED = (VersionConflict, psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
TRIES = 8


@dataclass(frozen=True, slots=True)
class KeyReused(Refusal):
    """The same Idempotency-Key came with another command."""

    key: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it came in: its name, the Idempotency-Key and what it says, for the audit and for telling a repetition."""

    command: str
    key: str
    body: Mapping[str, Any]

    @property
    def digest(self) -> bytes:
        """SHA-256 over the command's name and body."""
        text = json.dumps([self.command, self.body], sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).digest()


class Transact:
    """Runs work in transactions of a service. Connection and clock are passed in."""

    def __init__(self, connect: Connect, record: Record, clock: Clock) -> None:
        self.connect = connect
        self.record = record
        self.clock = clock

    def __call__(self, work: Callable[[Transaction], T], *, actor: Actor = SYSTEM, traceparent: str | None = None) -> T:
        """Run `work` in one transaction and commit; a Refusal rolls back. Conflicts and deadlocks are tried again."""
        for attempt in range(TRIES):
            try:
                return self._once(work, actor, traceparent)
            except RETRIED:
                if attempt == TRIES - 1:
                    raise
                time.sleep(0.005 * 2**attempt)
        raise AssertionError("unreachable")

    def command(
        self,
        asked: Asked,
        actor: Actor,
        work: Callable[[Transaction], tuple[Outcome, dict[str, Any]] | Refusal],
        *,
        traceparent: str | None = None,
    ) -> dict[str, Any] | Refusal:
        """Run a command once for its Idempotency-Key and return its answer; the same key again returns the same answer."""
        started = time.perf_counter()

        def once(tx: Transaction) -> tuple[str, dict[str, Any]] | Refusal:
            known = _known(tx.conn, asked, actor)
            if known is not None:
                return known if isinstance(known, Refusal) else ("nothing", known)
            result = work(tx)
            if isinstance(result, Refusal):
                return result
            outcome, extra = result
            answer = {"stream": outcome.stream, "version": outcome.version, "events": _listed(outcome), **extra}
            word = "done" if outcome.events else "nothing"
            audit(tx, asked, word, outcome.stream, {"events": answer["events"]})
            _remember(tx.conn, asked, actor, answer)
            return word, answer

        result = self(once, actor=actor, traceparent=traceparent)
        if isinstance(result, Refusal):
            self(lambda tx: audit(tx, asked, "refused", None, _refused(result)), actor=actor, traceparent=traceparent)
        metrics.COMMANDS.labels(asked.command, "refused" if isinstance(result, Refusal) else result[0]).inc()
        metrics.COMMAND_SECONDS.labels(asked.command).observe(time.perf_counter() - started)
        return result if isinstance(result, Refusal) else result[1]

    def _once(self, work: Callable[[Transaction], T], actor: Actor, traceparent: str | None) -> T:
        with self.connect() as conn, conn.transaction() as handle:
            context = Context(now=self.clock.now(), day=self.clock.day(conn), actor=actor)
            result = work(Transaction(conn, self.record, context, trace.child(traceparent or trace.current())))
            if isinstance(result, Refusal):
                raise psycopg.Rollback(handle)
        return result


def _known(conn: Connection, asked: Asked, actor: Actor) -> dict[str, Any] | KeyReused | None:
    row = conn.execute(
        "select digest, answer from record.command where actor = %s and key = %s", (str(actor), asked.key)
    ).fetchone()
    if row is None:
        return None
    return row[1] if bytes(row[0]) == asked.digest else KeyReused(asked.key)


def _remember(conn: Connection, asked: Asked, actor: Actor, answer: dict[str, Any]) -> None:
    try:
        conn.execute(
            "insert into record.command (actor, key, digest, answer) values (%s, %s, %s, %s)",
            (str(actor), asked.key, asked.digest, Json(answer)),
        )
    except psycopg.errors.UniqueViolation as error:
        raise VersionConflict(f"the key {asked.key} is being used at this moment") from error


def _listed(outcome: Outcome) -> list[dict[str, str]]:
    return [{"id": str(recorded.id), "type": recorded.type} for recorded in outcome.events]


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"refusal": type(refusal).__name__, **{name: str(value) for name, value in refusal.fields().items()}}


def audit(tx: Transaction, asked: Asked, outcome: str, stream: str | None, detail: dict[str, Any]) -> None:
    """Write who asked for what, and what came of it, in the open transaction."""
    actor = tx.context.actor
    tx.conn.execute(
        "insert into record.audit (day, actor, role, org, command, outcome, stream, detail, trace)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.context.day,
            actor.name,
            actor.role,
            actor.org,
            asked.command,
            outcome,
            stream,
            Json({**detail, "key": asked.key}),
            tx.trace,
        ),
    )
