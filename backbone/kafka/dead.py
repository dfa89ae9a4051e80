"""Dead letters: what could not be taken is set aside whole, with its reason, and can be replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from urllib.parse import quote_from_bytes, unquote_to_bytes

from msgspec import Struct
from psycopg.types.json import Json

from backbone.process import metrics
from backbone.process.logs import log
from backbone.record.events import Connection

Kind = Literal["unreadable", "defect", "refused"]
BRAKE_AFTER = 3


class Brake(Exception):
    """Too many defects in a row: the consumer stops before a defect of ours sets everything aside."""


class Message(Struct, frozen=True, gc=False):
    """One Kafka message. `timestamp` in milliseconds since 1970. A struct, which costs a drain least of all kinds of record."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()
    timestamp: int | None = None


_BURY = """
insert into record.dead_letter (topic, partition, log_offset, key, value, headers, kind, reason, detail, sender, stream, at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, coalesce(%s, now()))
on conflict (topic, partition, log_offset, md5(coalesce(value, ''::bytea)), md5(headers::text)) do update
set status = 'waiting', kind = excluded.kind, reason = excluded.reason, detail = excluded.detail, sender = excluded.sender,
    stream = excluded.stream, at = excluded.at, dismissed_by = null, dismissal_reason = null, dismissed_at = null
returning id
"""


class Line(NamedTuple):
    """What waits in order behind a dead letter: an organisation's messages about a stream."""

    sender: str
    stream: str


def bury(
    conn: Connection,
    message: Message,
    kind: Kind,
    reason: str,
    detail: str,
    *,
    line: Line | None = None,
    arrived: datetime | None = None,
) -> int:
    """Set `message` aside inside the open transaction; the dead letter's number. `reason` is a stable word, `detail` a sentence.

    It holds back what comes after it in its `line`; `arrived` is when it came, if not now.
    """
    row = conn.execute(
        _BURY,
        (
            message.topic, message.partition, message.offset, message.key, message.value, as_json(message.headers), kind, reason,
            storable(detail), line and line.sender, line and line.stream, arrived,
        ),
    ).fetchone()  # fmt: skip
    assert row is not None
    metrics.DEAD_LETTERS.labels(message.topic, kind).inc()
    log.warning(
        "dead-lettered",
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        kind=kind,
        reason=reason,
        detail=detail,
    )
    return row[0]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that waits to be replayed."""

    id: int
    message: Message
    kind: Kind
    reason: str
    detail: str
    arrived: datetime | None = None
    line: Line | None = None


def waiting(conn: Connection, ids: Sequence[int] = (), *, limit: int = 10_000) -> list[DeadLetter]:
    """Dead letters not replayed yet, oldest first; only those of `ids` where some are given."""
    rows = conn.execute(
        "select id, topic, partition, log_offset, key, value, headers, kind, reason, detail, at, sender, stream from record.dead_letter"
        " where status = 'waiting' and (cardinality(%(ids)s::bigint[]) = 0 or id = any(%(ids)s::bigint[]))"
        " order by topic, partition, log_offset limit %(limit)s",
        {"ids": list(ids), "limit": limit},
    )
    return [
        DeadLetter(
            id_,
            Message(topic, partition, offset, key, value, from_json(headers)),
            kind,
            reason,
            detail,
            at,
            Line(sender, stream) if sender else None,
        )
        for id_, topic, partition, offset, key, value, headers, kind, reason, detail, at, sender, stream in rows
    ]


def replayed(conn: Connection, id: int) -> bool:
    """Say that a dead letter has been taken after all, inside the transaction that takes it; False where it waits no more."""
    return (
        conn.execute(
            "update record.dead_letter set status = 'replayed', replayed_at = now() where id = %s and status = 'waiting'",
            (id,),
        ).rowcount
        == 1
    )


def is_of(conn: Connection, id: int, message: Message) -> bool:
    """Whether a dead letter holds this very message, from wherever it was read."""
    return (
        conn.execute(
            "select 1 from record.dead_letter where id = %s and value is not distinct from %s", (id, message.value)
        ).fetchone()
        is not None
    )


def dismissed(conn: Connection, id: int, by: str, reason: str) -> bool:
    """Say, inside the open transaction, that a dead letter is given up for good, by whom and why; False where it waits no more."""
    return (
        conn.execute(
            "update record.dead_letter set status = 'dismissed', dismissed_by = %s, dismissal_reason = %s, dismissed_at = now()"
            " where id = %s and status = 'waiting'",
            (by, reason, id),
        ).rowcount
        == 1
    )


def count(conn: Connection) -> int:
    """How many dead letters wait."""
    row = conn.execute("select count(*) from record.dead_letter where status = 'waiting'").fetchone()
    return row[0] if row else 0


def as_json(headers: Sequence[tuple[str, bytes | None]]) -> Json:
    """A message's headers as they are kept."""
    return Json([[storable(name), quote_from_bytes(value or b"")] for name, value in headers])


def from_json(kept: Sequence[tuple[str, str]]) -> list[tuple[str, bytes | None]]:
    """Headers as they came."""
    return [(name, unquote_to_bytes(value)) for name, value in kept]


def storable(text: str) -> str:
    """PostgreSQL's text holds everything but NUL and lone surrogates."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode("utf-8")[:4000]
