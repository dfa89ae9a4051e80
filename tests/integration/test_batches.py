"""The execution stream in batches, from real Kafka: from the claimed offsets on, and some offsets once more."""

from __future__ import annotations

from uuid import uuid4

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from backbone.kafka.batches import Batches
from backbone.kafka.dead import Message
from backbone.kafka.fence import Partition
from tests.integration.servers import Servers


def test_what_a_batch_held_is_read_once_more(servers: Servers) -> None:
    topic = _filled(servers, 2, 20)

    def claim(partitions: set[Partition]) -> dict[Partition, int]:
        return dict.fromkeys(partitions, 4)

    stream = Batches(servers.kafka, topic, topic, claim, lambda _: None)
    try:
        taken: list[Message] = []
        while len(taken) < 12:
            fetched = stream.take(100, 1.0)
            taken += map(fetched.message, range(len(fetched)))
        again = stream.again({(topic, 0): (5, 8), (topic, 1): (4, 10)})
    finally:
        stream.close()
    assert {(each.partition, each.offset) for each in taken} == {(p, n) for p in (0, 1) for n in range(4, 10)}
    wanted = [each for each in taken if each.partition == 1 or 5 <= each.offset < 8]
    assert sorted(again, key=lambda each: (each.partition, each.offset)) == sorted(
        wanted, key=lambda each: (each.partition, each.offset)
    )


@pytest.mark.parametrize("error", [KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT])
def test_after_a_broker_was_away_partitions_are_claimed_anew_before_anything_is_taken(
    servers: Servers, error: int
) -> None:
    topic = _filled(servers, 1, 20)
    offsets = iter([(10, None), (0, KafkaException(KafkaError(KafkaError._TIMED_OUT))), (3, None)])

    def claim(partitions: set[Partition]) -> dict[Partition, int]:
        offset, problem = next(offsets)
        if problem:
            raise problem
        return dict.fromkeys(partitions, offset)

    stream = Batches(servers.kafka, topic, topic, claim, lambda _: None)
    try:
        assert _offsets(stream, 10) == [*range(10, 20)]
        stream._heard(KafkaError(error))
        assert len(stream.take(100, 0.1)) == 0, "Kafka is still away: nothing is claimed"
        assert _offsets(stream, 17) == [*range(3, 20)]
    finally:
        stream.close()


def _offsets(stream: Batches, many: int) -> list[int]:
    """The offsets of so many messages."""
    taken: list[int] = []
    while len(taken) < many:
        taken += stream.take(100, 1.0).offsets
    return taken


def _filled(servers: Servers, partitions: int, messages: int) -> str:
    """A topic of its own with so many messages, spread evenly."""
    topic = f"batches-{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": servers.kafka})
    admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(30)
    producer = Producer({"bootstrap.servers": servers.kafka, "acks": "all"})
    for number in range(messages):
        headers = {"ce_id": str(number).encode()}
        producer.produce(topic, str(number).encode(), b"k", number % partitions, headers=headers)
    assert producer.flush(30) == 0
    return topic
