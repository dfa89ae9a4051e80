"""A topic in batches, by librdkafka: partitions as the group assigns them, offsets from whoever claims them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from backbone.kafka.dead import Message
from backbone.kafka.fence import Partition
from backbone.process.logs import log

Claim = Callable[[set[Partition]], dict[Partition, int]]
Drop = Callable[[set[Partition]], None]


class Batches:
    """A member of the consumer group `group` on one topic. Nothing is committed to Kafka; `claim` says where to begin."""

    def __init__(self, bootstrap: str, group: str, topic: str, claim: Claim, drop: Drop) -> None:
        self._claim = claim
        self._drop = drop
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": group,
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "error",
                "session.timeout.ms": 6_000,
                "heartbeat.interval.ms": 1_500,
                "partition.assignment.strategy": "roundrobin",
                "fetch.wait.max.ms": 20,
                "queued.min.messages": 50_000,
                "queued.max.messages.kbytes": 65_536,
            }
        )
        self._consumer.subscribe([topic], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._revoked)

    def take(self, limit: int, seconds: float) -> list[Message]:
        """Up to `limit` messages, waiting at most `seconds` for the first ones; KafkaException where the place can't be read."""
        taken: list[Message] = []
        for message in self._consumer.consume(limit, timeout=seconds):
            error = message.error()
            if error is None:
                taken.append(_message(message))
            elif error.code() == KafkaError._PARTITION_EOF or error.retriable():
                log.debug("consumer", error=str(error))
            elif error.code() in (KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT):
                log.warning("broker does not answer", error=str(error))
            else:
                raise KafkaException(error)
        return taken

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        offsets = self._claim({(place.topic, place.partition) for place in partitions})
        consumer.assign([TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()])
        log.info("assigned", partitions={f"{topic}[{number}]": offset for (topic, number), offset in offsets.items()})

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._drop({(place.topic, place.partition) for place in partitions})
        log.info("revoked", partitions=[f"{place.topic}[{place.partition}]" for place in partitions])


def _message(message: Any) -> Message:
    _, stamp = message.timestamp()
    return Message(
        message.topic(),
        message.partition(),
        message.offset(),
        message.key(),
        message.value(),
        message.headers() or (),
        stamp or None,
    )
