"""Dead letters: what could not be taken is set aside whole, with its reason, and can be replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
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


def bury(conn: Connection, message: Message, kind: Kind, reason: str, detail: str) -> None:
    """Set `message` aside inside the open transaction. `reason` is a stable word, `detail` a sentence."""
    conn.execute(
        "insert into record.dead_letter (topic, partition, log_offset, key, value, headers, kind, reason, detail)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (topic, partition, log_offset, md5(coalesce(value, ''::bytea)), md5(headers::text)) do update"
        " set status = 'waiting', kind = excluded.kind, reason = excluded.reason, detail = excluded.detail, at = now()",
        (
            message.topic, message.partition, message.offset, message.key, message.value,
            Json([[_storable(name), quote_from_bytes(value or b"")] for name, value in message.headers]), kind, reason, _storable(detail),
        ),
    )  # fmt: skip
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


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that waits to be replayed."""

    id: int
    message: Message
    kind: Kind
    reason: str
    detail: str


def waiting(conn: Connection, ids: Sequence[int] = (), *, limit: int = 10_000) -> list[DeadLetter]:
    """Dead letters not replayed yet, oldest first; only those of `ids` where some are given."""
    rows = conn.execute(
        "select id, topic, partition, log_offset, key, value, headers, kind, reason, detail from record.dead_letter"
        " where status = 'waiting' and (cardinality(%(ids)s::bigint[]) = 0 or id = any(%(ids)s::bigint[]))"
        " order by topic, partition, log_offset limit %(limit)s",
        {"ids": list(ids), "limit": limit},
    )
    return [
        DeadLetter(
            id_,
            Message(topic, partition, offset, key, value, [(n, unquote_to_bytes(v)) for n, v in headers]),
            kind,
            reason,
            detail,
        )
        for id_, topic, partition, offset, key, value, headers, kind, reason, detail in rows
    ]


def replayed(conn: Connection, id: int) -> None:
    """Say that a dead letter has been taken after all, inside the transaction that took it."""
    conn.execute(
        "update record.dead_letter set status = 'replayed', replayed_at = now() where id = %s and status = 'waiting'",
        (id,),
    )


def count(conn: Connection) -> int:
    """How many dead letters wait."""
    row = conn.execute("select count(*) from record.dead_letter where status = 'waiting'").fetchone()
    return row[0] if row else 0


def _storable(text: str) -> str:
    """PostgreSQL's text holds everything but NUL and lone surrogates."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode("utf-8")[:4000]
