"""What stands before an offset is compared when a partition is claimed; what changed is said, and nothing is passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from backbone.kafka.clients import KafkaReading
from backbone.kafka.dead import Message
from backbone.kafka.fence import Claim, Fenced, claim
from backbone.kafka.inbox import Inbox, id_of
from backbone.kafka.standing import unchanged, verified
from backbone.kafka.watch import Watch
from backbone.record.changes import told
from contracts.envelope import Envelope
from contracts.event import PublicEvent
from contracts.monitoring import ProjectResumed
from tests.integration.recording import RECORD, StandingClock, message, raw, resumed
from tests.integration.servers import Servers
from tests.integration.test_worker import eventually
from tests.integration.topics import Topic

PLACE = ("monitoring.events", 0)


@dataclass
class Reader:
    """An inbox that reads a topic, claiming it anew each time."""

    conn: psycopg.Connection[Any]
    heard: list[int | None] = field(default_factory=list)

    def claimed(self, topic: Topic) -> Claim:
        return verified(self.conn, claim(self.conn, {PLACE}), topic, id_of)[PLACE]

    def read(self, topic: Topic) -> int:
        """Claim and take all there is; from which offset that began."""
        held = self.claimed(topic)
        inbox = Inbox(self.conn, RECORD, StandingClock(), self.hear, {ProjectResumed.type_name(): ProjectResumed})
        start = held.next_offset
        for each in topic.from_(held.next_offset):
            held = inbox.receive(held, each)
        return start

    def hear(self, tx: Any, event: PublicEvent, envelope: Envelope) -> None:
        tx.hear(event.stream(), event, envelope)
        self.heard.append(envelope.streamnumber)

    def changes(self) -> list[tuple[str, int, int]]:
        return self.conn.execute(
            "select found, expected_offset, goes_on_at from record.topic_change order by id"
        ).fetchall()


@pytest.fixture
def reader(servers: Servers) -> Iterator[Reader]:
    with psycopg.connect(servers.fresh("goals").url, autocommit=True) as conn:
        yield Reader(conn)


def events(*numbers: int) -> list[Message]:
    return [message(resumed("CS-1"), number, 0) for number in numbers]


def topic(*numbers: int, id: str = "first") -> Topic:
    made = Topic(id=id)
    made.put(*events(*numbers))
    return made


def test_a_topic_that_is_as_it_was_is_read_on(reader: Reader) -> None:
    first = topic(1, 2)
    reader.read(first)
    first.put(*events(3))
    assert reader.read(first) == 2
    assert (reader.heard, reader.changes()) == ([1, 2, 3], [])


@pytest.mark.parametrize("numbers", [(), (1,), (1, 2, 3, 4, 5)])
def test_a_topic_made_anew_is_read_from_its_beginning_and_said(reader: Reader, numbers: tuple[int, ...]) -> None:
    reader.read(topic(1, 2, 3))
    assert reader.read(topic(*numbers, id="second")) == 0
    assert reader.heard == [1, 2, 3, 4, 5][: max(3, len(numbers))]
    assert reader.changes() == [("made-anew", 3, 0)]
    assert "made anew" in told(reader.conn)[0]


def test_a_topic_whose_id_was_never_asked_is_told_by_its_event(reader: Reader) -> None:
    reader.read(topic(1, 2, 3))
    reader.conn.execute("update record.consumed set topic_id = null")
    reader.conn.execute("delete from record.waypoint")
    assert reader.read(topic(3, 1, 2, 4, id="second")) == 0
    assert (reader.heard, reader.changes()) == ([1, 2, 3, 4], [("made-anew", 3, 0)])


def test_a_lost_tail_is_read_from_the_last_place_that_still_stands(reader: Reader) -> None:
    """Others have written where the tail was: going back to the end would pass over them."""
    whole = topic(1, 2)
    reader.read(whole)
    reader.read(whole)
    whole.put(*events(3, 4, 5))
    reader.read(whole)
    rest = whole.cut(2)
    rest.put(message(resumed("CS-2"), 1, 0), *events(3))
    assert reader.read(rest) == 2
    assert reader.heard == [1, 2, 3, 4, 5, 1]
    assert reader.changes() == [("tail-lost", 5, 2)]


def test_what_expired_after_it_was_read_is_nothing_to_compare(reader: Reader) -> None:
    old = topic(1, 2)
    reader.read(old)
    old.first = 2
    assert (reader.read(old), reader.changes()) == (2, [])


def test_what_expired_before_it_was_read_is_said(reader: Reader) -> None:
    old = topic(1, 2)
    reader.read(old)
    old.put(*events(3, 4))
    old.first = 3
    assert (reader.read(old), reader.changes()) == (3, [("expired", 2, 3)])


def test_an_owner_that_was_replaced_turns_nothing_back(reader: Reader) -> None:
    reader.read(topic(1, 2))
    old = claim(reader.conn, {PLACE})
    claim(reader.conn, {PLACE})
    with pytest.raises(Fenced):
        verified(reader.conn, old, topic(id="second"), id_of)
    assert reader.changes() == []
    assert reader.conn.execute("select next_offset from record.consumed").fetchone() == (2,)


def test_a_dead_letter_and_a_parked_event_of_the_old_topic_do_not_hide_those_of_the_new(reader: Reader) -> None:
    first, second = Topic(), Topic(id="second")
    first.put(raw(b"{", 0), message(resumed("CS-1"), 2, 0))
    second.put(raw(b"[", 0), message(resumed("CS-2"), 2, 0))
    reader.read(first)
    reader.read(second)
    assert reader.conn.execute("select count(*) from record.dead_letter where status = 'waiting'").fetchone() == (2,)
    assert reader.conn.execute("select count(*) from record.parked").fetchone() == (2,)


def test_a_topic_that_changes_while_it_is_read_is_noticed(reader: Reader) -> None:
    reader.read(topic(1, 2))
    assert not noticed(reader, topic(1, 2))
    assert noticed(reader, topic(1, 2, 3, id="second"))
    assert noticed(reader, topic(1))


def test_a_change_that_whoever_claims_the_partition_finds_himself_ends_no_worker(reader: Reader) -> None:
    reader.read(topic(1, 2))
    second = topic(1, 2, 3, id="second")
    assert not noticed(reader, second, between=lambda: reader.read(second))


def noticed(reader: Reader, now: Topic, between: Callable[[], object] = lambda: None) -> bool:
    """Whether a watch tells of a change within two looks."""
    told_: list[bool] = []
    watch = Watch(reader.conn, now, lambda: told_.append(True))
    watch.step()
    between()
    watch.step()
    return bool(told_)


def changed(held: Claim, reading: KafkaReading) -> bool:
    """Whether the topic is another; while it is being made the broker does not know it."""
    try:
        return not unchanged(held, reading.topic_id(held.topic), reading)
    except KafkaException:
        return False


def test_real_kafka_says_what_stands_and_a_topic_made_anew_has_another_id(servers: Servers) -> None:
    name = f"standing-{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": servers.kafka})
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)
    producer = Producer({"bootstrap.servers": servers.kafka, "acks": "all"})
    for number in range(3):
        producer.produce(name, str(number).encode(), b"k", 0, headers={"ce_id": str(number).encode()})
    assert producer.flush(30) == 0
    reading = KafkaReading(servers.kafka)
    try:
        assert reading.ends((name, 0)) == (0, 3)
        there = reading.at((name, 0), 1)
        assert there is not None and (there.value, list(there.headers)) == (b"1", [("ce_id", b"1")])
        assert (reading.at((name, 0), 3), reading.at((name, 0), 9)) == (None, None)
        held = Claim(name, 0, 1, 3, "2", reading.topic_id(name))
        assert unchanged(held, reading.topic_id(held.topic), reading)
        admin.delete_topics([name])[name].result(30)
        admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)
        eventually(lambda: changed(held, reading))
    finally:
        reading.close()
