"""The relay on real PostgreSQL and real Kafka: every public event, in commit order, again after an error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from prometheus_client import REGISTRY

from backbone.kafka.clients import RelayProducer
from backbone.kafka.dead import Message
from backbone.record.relay import NotDelivered, Relay, backlog
from backbone.record.tail import look_back
from contracts.envelope import open_structured
from tests.integration.recording import RECORD, resumed, transact
from tests.integration.servers import Servers
from tests.integration.topics import Topic


@dataclass
class Broker:
    """A broker in memory that loses an acknowledgement when told to."""

    log: list[bytes] = field(default_factory=list)
    lose: int = 0
    made: int = 0

    def producer(self) -> Broker:
        self.made += 1
        return self

    def send(self, topic: str, messages: list[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> list[tuple[int, int]]:
        start = len(self.log)
        self.log.extend(value for _, value, _ in messages)
        if self.lose:
            self.lose -= 1
            raise NotDelivered("the acknowledgement was lost")
        return [(0, start + index) for index in range(len(messages))]

    def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
def conn(servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(servers.fresh("goals").url, autocommit=True) as connection:
        yield connection


def write(conn: psycopg.Connection[Any], project: str, times: int) -> None:
    event = resumed(project)
    for version in range(times):
        transact(conn)(lambda tx, version=version: tx.append(event.stream(), version, (event,)))


def test_a_lost_acknowledgement_sends_the_same_events_again_with_a_new_producer(conn: psycopg.Connection[Any]) -> None:
    write(conn, "CS-1", 3)
    broker = Broker(lose=1)
    relay = Relay(conn, broker.producer, RECORD, "t")
    with pytest.raises(NotDelivered):
        relay.step()
    assert backlog(conn) == 3
    assert relay.step() == 3
    assert broker.made == 2
    numbers = [open_structured(value).streamnumber for value in broker.log]
    assert numbers == [1, 2, 3, 1, 2, 3]
    assert (backlog(conn), relay.step()) == (0, 0)
    assert conn.execute("select log_offset from record.relayed").fetchone() == (5,)


@dataclass
class Shortened(Topic):
    """A producer's topic that can lose what it had acknowledged."""

    def producer(self) -> Shortened:
        return self

    def send(self, topic: str, messages: list[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> list[tuple[int, int]]:
        start = len(self.messages)
        self.put(*(Message(topic, 0, 0, key, value) for key, value, _ in messages))
        return [(0, start + place) for place in range(len(messages))]

    def close(self) -> None:
        """Nothing to let go of."""

    def numbers(self) -> list[int | None]:
        return [open_structured(each.value).streamnumber for each in self.messages]


def relayed(conn: psycopg.Connection[Any], topic: Shortened) -> Relay:
    """A relay that has just taken the lead, after it sent all there is."""
    relay = Relay(conn, topic.producer, RECORD, "t", reading=topic)
    while relay.step():
        pass
    return relay


@pytest.mark.parametrize("left", [0, 1, 3])
def test_a_tail_that_kafka_lost_is_sent_again_by_the_relay_that_takes_the_lead(
    conn: psycopg.Connection[Any], left: int
) -> None:
    write(conn, "CS-1", 4)
    topic = Shortened()
    relayed(conn, topic)
    del topic.messages[left:]
    relayed(conn, topic)
    assert topic.numbers() == [1, 2, 3, 4]
    assert conn.execute("select log_offset from record.relayed").fetchone() == (3,)
    relayed(conn, topic)
    assert topic.numbers() == [1, 2, 3, 4]


def test_another_event_where_the_last_stood_sends_the_whole_record_again(conn: psycopg.Connection[Any]) -> None:
    write(conn, "CS-1", 3)
    topic = Shortened()
    relayed(conn, topic)
    topic.messages[:] = topic.messages[::-1]
    relayed(conn, topic)
    assert topic.numbers() == [3, 2, 1, 1, 2, 3]


def test_a_tail_lost_under_a_relay_at_work_is_noticed_by_the_next_acknowledgement(
    conn: psycopg.Connection[Any],
) -> None:
    write(conn, "CS-1", 3)
    topic = Shortened()
    relay = relayed(conn, topic)
    del topic.messages[1:]
    event = resumed("CS-1")
    transact(conn)(lambda tx: tx.append(event.stream(), 3, (event,)))
    while relay.step():
        pass
    assert topic.numbers() == [1, 4, 2, 3, 4]
    assert backlog(conn) == 0


def test_what_still_stood_and_is_lost_before_the_rest_was_sent_again_is_sent_again_too(
    conn: psycopg.Connection[Any],
) -> None:
    write(conn, "CS-1", 4)
    topic = Shortened()
    relayed(conn, topic)
    del topic.messages[2:]
    assert look_back(conn, topic, "t")
    del topic.messages[1:]
    relayed(conn, topic)
    assert topic.numbers() == [1, 2, 3, 4]


def test_what_kafka_let_go_of_by_age_is_not_sent_again(conn: psycopg.Connection[Any]) -> None:
    write(conn, "CS-1", 3)
    topic = Shortened()
    relayed(conn, topic)
    topic.first = 3
    relayed(conn, topic)
    assert topic.numbers() == [1, 2, 3]


def test_a_failure_makes_the_relay_look_back(conn: psycopg.Connection[Any]) -> None:
    write(conn, "CS-1", 3)
    topic = Shortened()
    relay = relayed(conn, topic)
    del topic.messages[2:]
    relay._drop_producer()
    while relay.step():
        pass
    assert topic.numbers() == [1, 2, 3]


def test_the_metric_says_how_much_waits_counted_once_a_second(conn: psycopg.Connection[Any]) -> None:
    write(conn, "CS-1", 5)
    relay = Relay(conn, Broker().producer, RECORD, "t", batch=2)
    said = []
    for _ in range(4):
        relay.step()
        said.append(REGISTRY.get_sample_value("jixiao_relay_backlog_events"))
    assert (said[0], said[-1]) == (3, 0)


def test_only_one_relay_is_at_work(servers: Servers) -> None:
    url = servers.fresh("goals").url
    with psycopg.connect(url, autocommit=True) as conn, psycopg.connect(url, autocommit=True) as other:
        write(conn, "CS-1", 1)
        broker = Broker()
        first = Relay(conn, broker.producer, RECORD, "t")
        assert first.step() == 1
        write(conn, "CS-2", 1)
        assert Relay(other, broker.producer, RECORD, "t").step() == 0
        assert first.step() == 1


def test_real_kafka_holds_every_event_once_in_order(servers: Servers, conn: psycopg.Connection[Any]) -> None:
    topic = f"relay-{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": servers.kafka})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(20)
    for project in ("CS-1", "CS-2", "CS-3"):
        write(conn, project, 4)
    relay = Relay(conn, lambda: RelayProducer(servers.kafka), RECORD, topic, batch=5)
    sent = 0
    while step := relay.step():
        sent += step
    relay.close()
    assert sent == 12
    consumer = Consumer({"bootstrap.servers": servers.kafka, "group.id": topic, "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    messages = consumer.consume(12, timeout=20)
    consumer.close()
    found = [(open_structured(m.value()).subject, open_structured(m.value()).streamnumber) for m in messages]
    assert found == [(f"project/{p}/2026", n) for p in ("CS-1", "CS-2", "CS-3") for n in (1, 2, 3, 4)]
    assert {m.key() for m in messages} == {b"project/CS-1/2026", b"project/CS-2/2026", b"project/CS-3/2026"}
