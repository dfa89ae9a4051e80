"""Whether Kafka still holds what it acknowledged to a relay last, and where the relay begins again where it does not."""

from __future__ import annotations

from uuid import UUID

from backbone.process import metrics
from backbone.process.logs import log
from backbone.record.events import Connection
from backbone.record.reading import Ends, Place, Reading
from contracts.envelope import Unreadable, open_structured


def look_back(conn: Connection, reading: Reading, topic: str) -> bool:
    """Compare each partition's last acknowledged event with what stands there, and set the cursor back where it is lost; whether one was.

    Where the partition ends before it, sending begins behind the last event that it still has; where it is empty or holds another event
    at that place, behind none: at the record's beginning.
    """
    lost: dict[Place, int | None] = {}
    for partition, offset, id_ in conn.execute(
        "select partition, log_offset, event_id from record.relayed where topic = %s order by partition", (topic,)
    ).fetchall():
        place = (topic, partition)
        there, ends = _id_at(reading, place, offset), reading.ends(place)
        if there != id_ and ends.first <= offset:
            lost[place] = _last(ends) if ends.behind <= offset else None
    return _begin_again(conn, reading, lost)


def overtaken(conn: Connection, reading: Reading, topic: str, placed: list[tuple[int, int]]) -> bool:
    """Whether something was acknowledged at or before a place that had been acknowledged already: what stood there is lost. The cursor is
    set back to what stands before the first such place."""
    first = dict(reversed(placed))
    rows = conn.execute("select partition, log_offset from record.relayed where topic = %s", (topic,)).fetchall()
    lost: dict[Place, int | None] = {
        (topic, partition): first[partition] - 1 if first[partition] else None
        for partition, offset in sorted(rows)
        if first.get(partition, offset + 1) <= offset
    }
    return _begin_again(conn, reading, lost)


def _begin_again(conn: Connection, reading: Reading, lost: dict[Place, int | None]) -> bool:
    """Set the cursor back for partitions whose last standing message is at an offset, or nowhere. What stands there is from now on what
    was acknowledged last: before the rest has been sent again, that may be lost too."""
    if not lost:
        return False
    kept = {place: None if at is None else _id_at(reading, place, at) for place, at in lost.items()}
    with conn.transaction():
        position = min(_position(conn, id_) for id_ in kept.values())
        conn.execute("update record.relay_cursor set position = least(position, %s)", (position,))
        for (topic, partition), id_ in kept.items():
            conn.execute("delete from record.relayed where topic = %s and partition = %s", (topic, partition))
            if id_ is not None:
                conn.execute(
                    "insert into record.relayed (topic, partition, log_offset, event_id) values (%s, %s, %s, %s)",
                    (topic, partition, lost[topic, partition], id_),
                )
    for topic, partition in lost:
        metrics.RELAY_TAILS_LOST.labels(topic).inc()
        log.error("a tail is lost and sent again", topic=topic, partition=partition, after_position=position)
    return True


def _position(conn: Connection, id_: UUID | None) -> int:
    """The position of an event that was sent before the cursor; 0 where it is none: the whole record is sent again."""
    row = conn.execute(
        "select e.position from record.event e, record.relay_cursor c"
        " where e.id = %s and e.number is not null and e.position <= c.position",
        (id_,),
    ).fetchone()
    return row[0] if row else 0


def _last(ends: Ends) -> int | None:
    return ends.behind - 1 if ends.behind > ends.first else None


def _id_at(reading: Reading, place: Place, offset: int) -> UUID | None:
    """The id of the event at a place; None where none stands there."""
    there = reading.at(place, offset)
    try:
        return UUID(open_structured(there.value).id) if there is not None else None
    except (Unreadable, ValueError):
        return None
