"""A topic in batches, by librdkafka: partitions as the group assigns them, offsets from whoever claims them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        self._settings = {
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
        self._consumer = Consumer(self._settings)
        self._consumer.subscribe([topic], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._revoked)

    def take(self, limit: int, seconds: float) -> list[Message]:
        """Up to `limit` messages, waiting at most `seconds` for the first ones; KafkaException where the place can't be read."""
        return _taken(self._consumer, limit, seconds)

    def again(self, spans: Mapping[Partition, tuple[int, int]]) -> list[Message]:
        """The messages of some offsets once more, from the first up to the one behind the last, by a consumer of their own."""
        consumer = Consumer(self._settings)
        try:
            left = {place: behind for place, (_, behind) in spans.items()}
            consumer.assign([TopicPartition(*place, first) for place, (first, _) in spans.items()])
            found: list[Message] = []
            while left:
                for each in _taken(consumer, 1_000, 0.1):
                    place = (each.topic, each.partition)
                    if each.offset < left.get(place, 0):
                        found.append(each)
                reached = {
                    (each.topic, each.partition): each.offset
                    for each in consumer.position([TopicPartition(*place) for place in left])
                }
                left = {place: behind for place, behind in left.items() if reached[place] < behind}
            return found
        finally:
            consumer.close()

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


def _taken(consumer: Consumer, limit: int, seconds: float) -> list[Message]:
    taken: list[Message] = []
    each: Any  # the library says of a message's place that it may be none, which no message from a broker has
    for each in consumer.consume(limit, timeout=seconds):
        error = each.error()
        if error is None:
            place = (each.topic(), each.partition(), each.offset())
            taken.append(Message(*place, each.key(), each.value(), each.headers() or (), each.timestamp()[1] or None))
        elif error.code() == KafkaError._PARTITION_EOF or error.retriable():
            log.debug("consumer", error=str(error))
        elif error.code() in (KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT):
            log.warning("broker does not answer", error=str(error))
        else:
            raise KafkaException(error)
    return taken
