"""librdkafka fetching the execution stream and doing nothing with it: the upper bound of every consumer that is built on it."""

from __future__ import annotations

import time
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, TopicPartition, libversion

from benchmarks.monitoring.peers.report import Drained, asked


def drain(bootstrap: str, topic: str) -> Drained:
    """Every message once, 10,000 at a call; nothing is committed, for nothing is done."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap, "group.id": f"bare-{uuid4()}", "enable.auto.commit": False, "auto.offset.reset": "earliest",
            "queued.min.messages": 1_000_000, "queued.max.messages.kbytes": 1_048_576, "fetch.message.max.bytes": 8 << 20,
            "check.crcs": False,
        }
    )  # fmt: skip
    partitions = [
        TopicPartition(topic, number, 0) for number in consumer.list_topics(topic, 30).topics[topic].partitions
    ]
    events = sum(consumer.get_watermark_offsets(place)[1] for place in partitions)
    consumer.assign(partitions)
    drained = Drained(("confluent-kafka",))
    while drained.events < events:
        messages = consumer.consume(10_000, 0.1)
        drained.began = drained.began or (time.perf_counter() if messages else 0.0)
        if failed := next((message.error() for message in messages if message.error()), None):
            raise KafkaException(failed)
        drained.events += len(messages)
    drained.ended = time.perf_counter()
    consumer.close()
    return drained


if __name__ == "__main__":
    arguments = asked(__doc__)
    print(drain(arguments.bootstrap, arguments.topic).line(librdkafka=libversion()[0]))
