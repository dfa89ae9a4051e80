"""One transaction over the record: load a stream, append what was decided, apply it to the read models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar
from uuid import UUID, uuid4  # noqa: TID251 - the one place where ids of events are made

import psycopg
from psycopg.types.json import Json

from backbone.process import metrics
from backbone.record.events import COLUMNS, Connection, Record, Recorded
from contracts.decision import Context, Refusal
from contracts.envelope import Envelope
from contracts.event import Event, PublicEvent

APPENDED = "appended"
"""The channel that PostgreSQL notifies when public events were committed."""

State = TypeVar("State")
Command = TypeVar("Command")


class VersionConflict(Exception):
    """Somebody else appended to the stream first; the transaction is to be tried again from its start."""


@dataclass(frozen=True, slots=True)
class Decider(Generic[State, Command]):
    """A subject's whole policy: `decide` returns events or a refusal, `evolve` folds them and never refuses."""

    initial: State
    evolve: Callable[[State, Event], State]
    decide: Callable[[Command, State, Context], tuple[Event, ...] | Refusal]

    def fold(self, events: Sequence[Event]) -> State:
        """The state that `events` make, in their order."""
        return reduce(self.evolve, events, self.initial)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: the stream, its version now, and the events appended (none where it had happened already)."""

    stream: str
    version: int
    events: tuple[Recorded, ...]


class Transaction:
    """An open transaction of a service. It never commits by itself."""

    def __init__(self, conn: Connection, record: Record, context: Context, trace: str) -> None:
        self.conn = conn
        self.record = record
        self.context = context
        self.trace = trace

    def load(self, stream: str) -> list[Recorded]:
        """The stream's events in their order."""
        rows = self.conn.execute(f"select {COLUMNS} from record.event where stream = %s order by version", (stream,))  # noqa: S608
        return [self.record.read(row) for row in rows]

    def state(self, decider: Decider[State, Command], stream: str) -> State:
        """The decider's state of `stream`."""
        return decider.fold([recorded.event for recorded in self.load(stream)])

    def decide(self, decider: Decider[State, Command], stream: str, command: Command) -> Outcome | Refusal:
        """Load, decide, append and apply: the way of every command."""
        past = self.load(stream)
        version = past[-1].version if past else 0
        result = decider.decide(command, decider.fold([recorded.event for recorded in past]), self.context)
        if isinstance(result, Refusal):
            return result
        return Outcome(stream, version + len(result), self.append(stream, version, result))

    def append(self, stream: str, version: int, events: Sequence[Event]) -> tuple[Recorded, ...]:
        """Insert own events after `version` and apply them; VersionConflict where the stream has moved on.

        The service's lock is taken here, last of all, and held until the commit: position order is commit order.
        """
        if not events:
            return ()
        self._lock()
        number = self._last_number(stream)
        appended: list[Recorded] = []
        for event in events:
            version += 1
            public = isinstance(event, PublicEvent)
            number += public
            appended.append(self._insert(stream, version, number if public else None, event))
        for recorded in appended:
            self.record.apply(self.conn, recorded)
        if any(recorded.number is not None for recorded in appended):
            self.conn.execute("select pg_notify(%s, '')", (APPENDED,))
        return tuple(appended)

    def hear(self, stream: str, event: PublicEvent, envelope: Envelope) -> Recorded:
        """Append an event heard from another service to `stream`, verbatim, and apply it."""
        self._lock()
        row = self.conn.execute(
            "select coalesce(max(version), 0) from record.event where stream = %s", (stream,)
        ).fetchone()
        recorded = self._insert(stream, (row[0] if row else 0) + 1, None, event, envelope)
        self.record.apply(self.conn, recorded)
        return recorded

    def _lock(self) -> None:
        self.conn.execute("select pg_advisory_xact_lock(%s)", (self.record.lock,))

    def _last_number(self, stream: str) -> int:
        row = self.conn.execute(
            "select coalesce(max(number), 0) from record.event where stream = %s", (stream,)
        ).fetchone()
        return row[0] if row else 0

    def _insert(
        self, stream: str, version: int, number: int | None, event: Event, heard: Envelope | None = None
    ) -> Recorded:
        id_ = UUID(heard.id) if heard else uuid4()
        time = (heard.time if heard else None) or self.context.now
        day = (heard.businessday if heard else None) or self.context.day
        actor = (heard.actor if heard else None) or str(self.context.actor)
        trace = (heard.traceparent if heard else None) or self.trace
        origin = event.owner if heard else None
        try:
            row = self.conn.execute(
                "insert into record.event (stream, version, number, type, id, time, day, actor, trace, origin, origin_number, data)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning position",
                (
                    stream, version, number, event.type_name(), id_, time, day, actor, trace, origin,
                    heard.streamnumber if heard else None, Json(heard.data if heard else event.model_dump(mode="json")),
                ),
            ).fetchone()  # fmt: skip
        except psycopg.errors.UniqueViolation as error:
            raise VersionConflict(f"{stream} moved on") from error
        assert row is not None
        metrics.APPENDED.labels(event.type_name()).inc()
        return Recorded(row[0], stream, version, number, event.type_name(), id_, time, day, actor, trace, origin, event)
