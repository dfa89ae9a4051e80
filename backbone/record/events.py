"""What stands in the event table: recorded events, own and heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zlib import crc32

import psycopg

from contracts.event import Event

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One row of the event table. `number` is the public number (None: private or heard); `origin` the service that a heard
    event comes from (None: own); `event` the fact itself."""

    position: int
    stream: str
    version: int
    number: int | None
    type: str
    id: UUID
    time: datetime
    day: date
    actor: str
    trace: str
    origin: str | None
    event: Event


@dataclass(frozen=True, slots=True)
class Record:
    """A service's record: its name, the events that can stand in it, and what applies one to the read models."""

    service: str
    events: Mapping[str, type[Event]]
    apply: Callable[[Connection, Recorded], None]

    @property
    def lock(self) -> int:
        """Key of the advisory lock under which events are inserted: position order is commit order."""
        return crc32(f"append:{self.service}".encode())

    def read(self, row: tuple[Any, ...]) -> Recorded:
        """A row of `COLUMNS` as a recorded event."""
        position, stream, version, number, type_, id_, time, day, actor, trace, origin, data = row
        event = self.events[type_].model_validate(data)
        return Recorded(position, stream, version, number, type_, id_, time, day, actor, trace, origin, event)


def record_of(service: str, events: tuple[type[Event], ...], apply: Callable[[Connection, Recorded], None]) -> Record:
    """The record of `service`; `events` are all that its domain says can stand there."""
    return Record(service, {event.type_name(): event for event in events}, apply)


COLUMNS = "position, stream, version, number, type, id, time, day, actor, trace, origin, data"
