"""What stands before an offset is compared with what was taken there, before reading goes on from it.

PostgreSQL holds the next offset of a partition, the id of the event before it, and Kafka's id of the topic. Where Kafka holds something
else the topic was made anew or lost its tail; that is written down and said, and reading goes back to the last place that is known to be
the same. What comes again is told as a repetition, by id, by number, by voucher. Nothing is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from backbone.kafka.fence import Claim, Partition, stored, turn
from backbone.record.changes import Change, Found, note
from backbone.record.events import Connection
from backbone.record.reading import Ends, Reading, Standing

IdOf = Callable[[Standing], str | None]
"""The id of a message's event, as it is stored beside the offset."""
WAYPOINTS = 32
"""So many places a partition are kept to go back to."""


def verified(
    conn: Connection, claims: Mapping[Partition, Claim], reading: Reading, id_of: IdOf
) -> dict[Partition, Claim]:
    """The claims, each from where it is right to go on. Raises Fenced where one is void, and Kafka's errors where it does not answer."""
    topics = {topic: reading.topic_id(topic) for topic in sorted({topic for topic, _ in claims})}
    return {
        place: _verified(conn, replace(held, topic_id=topics[held.topic] or held.topic_id), held, reading, id_of)
        for place, held in sorted(claims.items())
    }


def unchanged(held: Claim, topic_id: str | None, reading: Reading) -> bool:
    """Whether a topic that is being read, by Kafka's id of it now, is the one that was claimed, and reaches as far as it was read."""
    ends = reading.ends((held.topic, held.partition))
    return (topic_id or held.topic_id) == held.topic_id and ends.behind >= held.next_offset


def _verified(conn: Connection, now: Claim, held: Claim, reading: Reading, id_of: IdOf) -> Claim:
    change = _change(conn, now, held, reading, id_of)
    if change is None:
        if now != held:
            turn(conn, held, now)
        set_waypoint(conn, now)
        return now
    here = replace(now, next_offset=change.goes_on_at, event_id=_id_before(conn, now, change.goes_on_at))
    with conn.transaction():
        turn(conn, held, here)
        conn.execute(
            "delete from record.waypoint where topic = %s and partition = %s and next_offset > %s",
            (now.topic, now.partition, change.goes_on_at),
        )
        note(conn, change)
    return here


def _change(conn: Connection, now: Claim, held: Claim, reading: Reading, id_of: IdOf) -> Change | None:
    """What is not as it was left; None where all is well, or retention took the message and nothing can be compared."""
    place = (held.topic, held.partition)
    anew = held.topic_id is not None and now.topic_id != held.topic_id
    there, ends = _before(reading, place, held.next_offset)
    found_id = id_of(there) if there else None

    def change(found: Found, goes_on_at: int) -> Change:
        return Change(*place, found, held.next_offset, held.event_id, stored(found_id), ends, goes_on_at)

    if anew:
        return change("made-anew", ends.first) if held.next_offset else None
    if ends.first > held.next_offset:
        return change("expired", ends.first)
    if ends.first == held.next_offset or (there and stored(found_id) == held.event_id):
        return None
    goes_on_at = _last_standing(conn, held, ends, reading, id_of)
    return change("tail-lost" if held.topic_id or goes_on_at > ends.first else "made-anew", goes_on_at)


def _before(reading: Reading, place: Partition, next_offset: int) -> tuple[Standing | None, Ends]:
    """The message before an offset, and the ends of its partition as they are once it was asked for."""
    there = reading.at(place, next_offset - 1) if next_offset else None
    return there, reading.ends(place)


def _last_standing(conn: Connection, held: Claim, ends: Ends, reading: Reading, id_of: IdOf) -> int:
    """The furthest waypoint at which Kafka still holds what was taken; the first offset where there is none."""
    place = (held.topic, held.partition)
    for offset, event_id in conn.execute(
        "select next_offset, event_id from record.waypoint where topic = %s and partition = %s and next_offset <= %s"
        " and next_offset > %s order by next_offset desc",
        (*place, min(ends.behind, held.next_offset), ends.first),
    ).fetchall():
        there = reading.at(place, offset - 1)
        if there is not None and stored(id_of(there)) == event_id:
            return offset
    return ends.first


def _id_before(conn: Connection, claim: Claim, offset: int) -> str | None:
    row = conn.execute(
        "select event_id from record.waypoint where topic = %s and partition = %s and next_offset = %s",
        (claim.topic, claim.partition, offset),
    ).fetchone()
    return row[0] if row else None


def set_waypoint(conn: Connection, claim: Claim) -> None:
    """Keep a place that was seen to stand, to go back to."""
    if claim.next_offset == 0:
        return
    place = (claim.topic, claim.partition)
    conn.execute(
        "with kept as (insert into record.waypoint (topic, partition, next_offset, event_id) values (%s, %s, %s, %s)"
        " on conflict (topic, partition, next_offset) do update set event_id = excluded.event_id)"
        " delete from record.waypoint where topic = %s and partition = %s and next_offset <= (select next_offset from record.waypoint"
        " where topic = %s and partition = %s order by next_offset desc offset %s limit 1)",
        (*place, claim.next_offset, claim.event_id, *place, *place, WAYPOINTS),
    )
