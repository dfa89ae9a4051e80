"""Clients of Kafka: the relay's producer, and what the broker holds (for lag)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException, Producer, TopicPartition

from backbone.kafka.fence import Partition
from backbone.record.relay import NotDelivered

DELIVERY_SECONDS = 20.0
MAX_MESSAGE = 4_000_000
"""Bytes of an event at the most, before compression; the services' topics take as much."""


class RelayProducer:
    """An idempotent producer that sends a batch and waits until Kafka has acknowledged all of it (acks=all)."""

    def __init__(self, bootstrap: str) -> None:
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                "acks": "all",
                "linger.ms": 2,
                "delivery.timeout.ms": int(DELIVERY_SECONDS * 1000),
                "compression.type": "zstd",
                "message.max.bytes": MAX_MESSAGE,
            }
        )

    def send(self, topic: str, messages: list[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> list[tuple[int, int]]:
        """(partition, offset) of each message, in order; NotDelivered where one was not acknowledged in time."""
        placed: list[tuple[int, int] | None] = [None] * len(messages)
        failed: list[KafkaError] = []

        def acknowledged(index: int) -> Any:
            def callback(error: KafkaError | None, message: Any) -> None:
                if error is not None:
                    failed.append(error)
                else:
                    placed[index] = (message.partition(), message.offset())

            return callback

        for index, (key, value, headers) in enumerate(messages):
            self._producer.produce(topic, value=value, key=key, headers=list(headers), on_delivery=acknowledged(index))
        left = self._producer.flush(DELIVERY_SECONDS + 5)
        done = [place for place in placed if place is not None]
        if failed or left or len(done) != len(messages):
            raise NotDelivered(
                f"{len(messages) - len(done)} of {len(messages)} messages not acknowledged: {failed[:1]}"
            )
        return done

    def close(self) -> None:
        """Give up what was not acknowledged: the relay sends it again from its cursor."""
        self._producer.purge()
        self._producer.flush(0)


class Watermarks:
    """What the broker holds of some topics. Not a member of any group; it reads no message."""

    def __init__(self, bootstrap: str) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "jixiao-watermarks",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
            }
        )

    def ends(self, topics: Iterable[str], timeout: float = 5.0) -> dict[Partition, int]:
        """The offset after the last message of every partition of `topics`; KafkaException where the broker does not answer."""
        found: dict[Partition, int] = {}
        for topic in topics:
            metadata = self._consumer.list_topics(topic, timeout=timeout).topics.get(topic)
            if metadata is None or metadata.error is not None:
                continue
            for partition in metadata.partitions:
                _, high = self._consumer.get_watermark_offsets(
                    TopicPartition(topic, partition, OFFSET_INVALID), timeout=timeout
                )
                found[topic, partition] = high
        return found

    def close(self) -> None:
        self._consumer.close()


def wait_for_broker(bootstrap: str, seconds: float = 60.0) -> None:
    """Return when the broker answers; KafkaException after `seconds`."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "jixiao-wait"})
    try:
        deadline = time.monotonic() + seconds
        while True:
            try:
                consumer.list_topics(timeout=2.0)
                return
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
    finally:
        consumer.close()
