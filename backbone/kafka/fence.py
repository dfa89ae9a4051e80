"""The fence: who consumes a partition now, and from where. Offsets live in PostgreSQL, moved in the transaction of their effect.

Kafka's group generation is no fence (it starts again from 1 when nothing is committed). Ours is a counter a partition, raised by every
claim: an owner that was paused and replaced finds its fence outdated and its transaction falls.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from backbone.record.events import Connection

Partition = tuple[str, int]
"""A Kafka partition: topic and number."""


class Fenced(Exception):
    """Another consumer has claimed the partition, or the offset is not where this one left it: nothing may be written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of one partition: the fence to show and the next offset to read, with the id of the event before it and Kafka's id of the
    topic that the offset is of."""

    topic: str
    partition: int
    fence: int
    next_offset: int
    event_id: str | None
    topic_id: str | None = None


def claim(conn: Connection, partitions: Iterable[Partition]) -> dict[Partition, Claim]:
    """Take over `partitions`: every earlier claim of them is void from now on."""
    claims: dict[Partition, Claim] = {}
    with conn.transaction():
        for topic, partition in sorted(partitions):
            row = conn.execute(
                "insert into record.consumed (topic, partition, next_offset, fence) values (%s, %s, 0, 1)"
                " on conflict (topic, partition) do update set fence = consumed.fence + 1"
                " returning fence, next_offset, event_id, topic_id",
                (topic, partition),
            ).fetchone()
            assert row is not None
            claims[topic, partition] = Claim(topic, partition, *row)
    return claims


def advance(
    conn: Connection, claim: Claim, *, start: int, next_offset: int, event_id: str | None, message_time: datetime | None
) -> None:
    """Move the offset from `start` to `next_offset` inside the open transaction; Fenced where the claim is void."""
    moved = conn.execute(
        "update record.consumed set next_offset = %s, event_id = %s, message_time = %s"
        " where topic = %s and partition = %s and fence = %s and next_offset = %s",
        (next_offset, stored(event_id), message_time, claim.topic, claim.partition, claim.fence, start),
    )
    if moved.rowcount != 1:
        raise Fenced(f"{claim.topic}[{claim.partition}] was claimed by another consumer after fence {claim.fence}")


def turn(conn: Connection, held: Claim, to: Claim) -> None:
    """Set a claim's place where it is right to go on, inside the open transaction; Fenced where the claim is void."""
    turned = conn.execute(
        "update record.consumed set next_offset = %s, event_id = %s, topic_id = %s"
        " where topic = %s and partition = %s and fence = %s and next_offset = %s",
        (to.next_offset, to.event_id, to.topic_id, held.topic, held.partition, held.fence, held.next_offset),
    )
    if turned.rowcount != 1:
        raise Fenced(f"{held.topic}[{held.partition}] was claimed by another consumer after fence {held.fence}")


def stored(event_id: str | None) -> str | None:
    """An event's id as PostgreSQL holds it beside the offset."""
    return None if event_id is None else event_id.replace("\x00", "\N{SYMBOL FOR NULL}")


def refresh(conn: Connection, claim: Claim) -> Claim:
    """The claim as the database has it now, after an outage whose last COMMIT may or may not have happened; Fenced where it is void."""
    row = conn.execute(
        "select next_offset, event_id from record.consumed where topic = %s and partition = %s and fence = %s",
        (claim.topic, claim.partition, claim.fence),
    ).fetchone()
    if row is None:
        raise Fenced(f"{claim.topic}[{claim.partition}] was claimed by another consumer after fence {claim.fence}")
    return replace(claim, next_offset=row[0], event_id=row[1])


def moment_of(timestamp: int | None) -> datetime | None:
    """A message's timestamp (milliseconds since 1970) as a moment; None where it has none or none that exists."""
    try:
        return datetime.fromtimestamp(timestamp / 1000, UTC) if timestamp else None
    except (ValueError, OverflowError, OSError):
        return None
