"""The execution stream in batches, from real Kafka: from the claimed offsets on, and some offsets once more."""

from __future__ import annotations

from uuid import uuid4

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from backbone.kafka.batches import Batches
from backbone.kafka.dead import Message
from backbone.kafka.fence import Partition
from tests.integration.servers import Servers


def test_what_a_batch_held_is_read_once_more(servers: Servers) -> None:
    topic = f"batches-{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": servers.kafka})
    admin.create_topics([NewTopic(topic, 2, 1)])[topic].result(30)
    producer = Producer({"bootstrap.servers": servers.kafka, "acks": "all"})
    for number in range(20):
        producer.produce(topic, str(number).encode(), b"k", number % 2, headers={"ce_id": str(number).encode()})
    assert producer.flush(30) == 0

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
