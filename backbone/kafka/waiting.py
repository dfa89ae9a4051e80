"""What waits behind what: events behind a number that is missing before them, a sender's messages behind a dead letter of theirs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from backbone.kafka.dead import Line, Message, as_json, from_json
from backbone.record.events import Connection


class Place(NamedTuple):
    """Where a service's event stands: whose event, its stream, its public number."""

    origin: str
    stream: str
    number: int


@dataclass(frozen=True, slots=True)
class Parked:
    """Events of a stream that wait: for the number `waits_for`, and how many there are."""

    origin: str
    stream: str
    waits_for: int
    events: int


def holding(conn: Connection, line: Line) -> int | None:
    """The dead letter that holds the line back; None where nothing does."""
    row = conn.execute(
        "select id from record.dead_letter where status = 'waiting' and sender = %s and stream = %s order by id limit 1",
        line,
    ).fetchone()
    return row[0] if row else None


def hold(conn: Connection, letter: int, message: Message) -> None:
    """Let `message` wait behind a dead letter."""
    conn.execute(
        "insert into record.held_back (behind, topic, partition, log_offset, key, value, headers) values (%s, %s, %s, %s, %s, %s, %s)",
        (
            letter,
            message.topic,
            message.partition,
            message.offset,
            message.key,
            message.value,
            as_json(message.headers),
        ),
    )


def first_held(conn: Connection, letter: int) -> tuple[Message, datetime] | None:
    """Take the first message from behind a dead letter, with the moment at which it came; None where there is none left."""
    row = conn.execute(
        "delete from record.held_back where id = (select id from record.held_back where behind = %s order by id limit 1)"
        " returning topic, partition, log_offset, key, value, headers, at",
        (letter,),
    ).fetchone()
    if row is None:
        return None
    topic, partition, offset, key, value, headers, at = row
    return Message(topic, partition, offset, key, value, from_json(headers)), at


def hold_behind_another(conn: Connection, letter: int, another: int) -> None:
    """What waited behind one dead letter waits behind another from now on."""
    conn.execute("update record.held_back set behind = %s where behind = %s", (another, letter))


def give_up(conn: Connection, place: Place, letter: int) -> None:
    """Note that a number is passed over; whoever brings it later is told so."""
    conn.execute(
        "insert into record.given_up (origin, stream, number, letter) values (%s, %s, %s, %s)", (*place, letter)
    )


def given_up(conn: Connection, place: Place) -> int | None:
    """The dismissed dead letter for which a number was passed over; None where it was not."""
    row = conn.execute(
        "select letter from record.given_up where origin = %s and stream = %s and number = %s", place
    ).fetchone()
    return row[0] if row else None


def held_back(conn: Connection) -> Counter[int]:
    """How many messages are held behind each dead letter."""
    return Counter(dict(conn.execute("select behind, count(*) from record.held_back group by behind").fetchall()))


def parked(conn: Connection) -> list[Parked]:
    """Every stream with events that wait for a number, and for which."""
    rows = conn.execute(
        "select p.origin, p.stream, coalesce(max(h.number), 0) + 1, count(distinct p.number) from record.parked p"
        " left join record.heard h on (h.origin, h.stream) = (p.origin, p.stream) group by p.origin, p.stream order by 1, 2"
    )
    return [Parked(*row) for row in rows]
