"""One transaction over the record: load a stream, append what was decided, apply it to the read models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Generic, TypeVar
from uuid import UUID, uuid4  # noqa: TID251 - the one place where ids of events are made

import psycopg
from psycopg.types.json import Json

from backbone.process import connections, metrics
from backbone.record.events import COLUMNS, Connection, Record, Recorded
from contracts.decision import Context, Refusal
from contracts.envelope import Envelope
from contracts.event import Event, PublicEvent

APPENDED = "appended"
"""The channel that PostgreSQL notifies when public events were committed."""

_INSERT = """
insert into record.event (stream, version, number, type, id, time, day, actor, trace, origin, origin_number, data)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning position
"""

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
        number = self._locked_number(stream)
        rows: list[Recorded] = []
        for event in events:
            version += 1
            public = isinstance(event, PublicEvent)
            number += public
            rows.append(self._row(stream, version, number if public else None, event))
        appended = self._insert(rows)
        self._apply(appended)
        return appended

    def hear(self, stream: str, event: PublicEvent, envelope: Envelope) -> Recorded:
        """Append an event heard from another service to `stream`, verbatim, and apply it."""
        self._lock()
        row = self.conn.execute(
            "select coalesce(max(version), 0) from record.event where stream = %s", (stream,)
        ).fetchone()
        appended = self._insert([self._row(stream, (row[0] if row else 0) + 1, None, event, envelope)], envelope)
        self._apply(appended)
        return appended[0]

    def _lock(self) -> None:
        """Take the service's lock, and let nobody wait for it who is paused while holding it."""
        self.conn.execute(
            "select set_config('idle_in_transaction_session_timeout', %s, true), pg_advisory_xact_lock(%s)",
            (f"{connections.IDLE_SECONDS}s", self.record.lock),
        )

    def _locked_number(self, stream: str) -> int:
        """Take the lock, and once it is held read the stream's last public number: two statements, one round trip."""
        with self.conn.pipeline():
            self._lock()
            found = self.conn.execute(
                "select coalesce(max(number), 0) from record.event where stream = %s", (stream,)
            ).fetchone()
        return found[0] if found else 0

    def _row(
        self, stream: str, version: int, number: int | None, event: Event, heard: Envelope | None = None
    ) -> Recorded:
        """An event as it will stand in the record, its position still open."""
        return Recorded(
            position=0,
            stream=stream,
            version=version,
            number=number,
            type=event.type_name(),
            id=UUID(heard.id) if heard else uuid4(),
            time=(heard.time if heard else None) or self.context.now,
            day=(heard.businessday if heard else None) or self.context.day,
            actor=(heard.actor if heard else None) or str(self.context.actor),
            trace=(heard.traceparent if heard else None) or self.trace,
            origin=event.owner if heard else None,
            event=event,
        )

    def _insert(self, rows: Sequence[Recorded], heard: Envelope | None = None) -> tuple[Recorded, ...]:
        """Insert rows in one round trip; they come back with their positions. An event heard keeps its data as they were sent."""
        try:
            with self.conn.pipeline():
                inserted = [
                    self.conn.execute(
                        _INSERT,
                        (
                            row.stream, row.version, row.number, row.type, row.id, row.time, row.day, row.actor, row.trace, row.origin,
                            heard.streamnumber if heard else None, Json(heard.data if heard else row.event.model_dump(mode="json")),
                        ),
                    )
                    for row in rows
                ]  # fmt: skip
                positions = [cursor.fetchone() for cursor in inserted]
        except psycopg.errors.UniqueViolation as error:  # told by whichever statement of the pipeline reads the answer
            raise VersionConflict(f"{rows[0].stream} moved on") from error
        for row in rows:
            metrics.APPENDED.labels(row.type).inc()
        return tuple(
            replace(row, position=position[0]) for row, position in zip(rows, positions, strict=True) if position
        )

    def _apply(self, appended: Sequence[Recorded]) -> None:
        """Bring the read models up to what was appended, and wake the relay where there is something for it."""
        with self.conn.pipeline():
            for recorded in appended:
                self.record.apply(self.conn, recorded)
            if any(recorded.number is not None for recorded in appended):
                self.conn.execute("select pg_notify(%s, '')", (APPENDED,))
