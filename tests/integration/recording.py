"""What the backbone's tests share: a record of a few events, a clock that stands, messages as another service would send them."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg

from backbone.kafka.dead import Message
from backbone.record.events import Connection, Record, Recorded, record_of
from backbone.record.transact import Transact
from contracts.decision import Actor
from contracts.envelope import seal
from contracts.event import PublicEvent
from contracts.goals import GoalRefused
from contracts.monitoring import AdjustmentUrged, ProjectResumed
from contracts.reporting import ProgressSubmitted

ACTOR = Actor("赵强", "official", "finance")
NOW = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)


@dataclass
class StandingClock:
    """A clock that shows what a test sets."""

    today: date = date(2026, 7, 1)
    follows_topic: bool = True

    def now(self) -> datetime:
        return NOW

    def day(self, conn: Connection) -> date:
        row = conn.execute("select day from record.business_day").fetchone()
        return row[0] if row else self.today


def _nothing(conn: Connection, recorded: Recorded) -> None:
    """These tests have no read models."""


RECORD: Record = record_of("goals", (GoalRefused, ProjectResumed, AdjustmentUrged), _nothing)


def transact(conn: psycopg.Connection[Any]) -> Transact:
    def connect() -> AbstractContextManager[Connection]:
        return nullcontext(conn)

    return Transact(connect, RECORD, StandingClock())


def resumed(project: str, reason: str = "整改完成") -> ProjectResumed:
    return ProjectResumed(
        project=project, year=2026, reason=reason, document="文号", ordered_by="赵强", ordered_on=date(2026, 8, 20)
    )


def message(
    event: PublicEvent, number: int | None, offset: int, *, id: str | None = None, topic: str | None = None
) -> Message:
    """`event` as the relay of its service would have put it at `offset`."""
    id = id or str(uuid5(NAMESPACE_URL, f"{event.stream()}#{number}"))
    envelope = seal(
        event, id=id, time=NOW, number=number, traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01", actor="赵强"
    )
    return Message(
        topic or event.topic, 0, offset, event.stream().encode(), envelope.to_bytes(), timestamp=1_780_000_000_000
    )


def raw(value: bytes | None, offset: int, topic: str = "monitoring.events") -> Message:
    return Message(topic, 0, offset, b"k", value)


def changed(original: Message, offset: int, **data: object) -> Message:
    """The same message at another offset, with other data under the same id."""
    envelope = json.loads(original.value or b"")
    envelope["data"].update(data)
    return Message(original.topic, original.partition, offset, original.key, json.dumps(envelope).encode())


def submitted(
    offset: int, id: str = "march-1", *, token: str | None, canal: str = "31.5", **attributes: Any
) -> Message:
    """A unit's system sends a report."""
    event = {
        "specversion": "1.0", "id": id, "source": "/units/department-03", "type": ProgressSubmitted.type_name(), **attributes,
        "data": {"project": "CS-1", "year": 2026, "period": "2026-03", "values": {"canal": canal}},
    }  # fmt: skip
    headers = [] if token is None else [("authorization", f"Bearer {token}".encode())]
    return Message(ProgressSubmitted.topic, 0, offset, b"CS-1", json.dumps(event).encode(), headers)
