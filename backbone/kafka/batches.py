"""A topic in batches, by librdkafka: partitions as the group assigns them, offsets from whoever claims them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from backbone.kafka.clients import reached
from backbone.kafka.dead import Message
from backbone.kafka.fence import Partition
from backbone.process.logs import log

Claim = Callable[[set[Partition]], dict[Partition, int]]
Drop = Callable[[set[Partition]], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """Messages of one topic as columns; each as a `Message` only for who asks for it."""

    partitions: list[int]
    offsets: list[int]
    values: list[bytes | None]
    headers: list[dict[str, bytes | None]]
    message: Callable[[int], Message]
    """The message at a place."""

    @classmethod
    def of(cls, messages: Sequence[Message]) -> Fetched:
        """These messages."""
        return cls(
            [message.partition for message in messages],
            [message.offset for message in messages],
            [message.value for message in messages],
            [dict(message.headers) for message in messages],
            messages.__getitem__,
        )

    def __len__(self) -> int:
        return len(self.offsets)


AWAY = (KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT)
"""Errors that say that a broker was away: it may come back with less than it had."""


class Batches:
    """A member of the consumer group `group` on one topic. Nothing is committed to Kafka; `claim` says where to begin.

    After a broker was away all partitions are claimed anew, so that what stands before their offsets is compared before anything more
    is taken: a log that lost its tail may have grown past the offset again, and nothing in the next message tells.
    """

    def __init__(self, bootstrap: str, group: str, topic: str, claim: Claim, drop: Drop) -> None:
        self._claim = claim
        self._drop = drop
        self._settings = {
            **reached(bootstrap),
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
        self._doubted = False
        self._consumer = Consumer({**self._settings, "error_cb": self._heard})
        self._consumer.subscribe([topic], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._revoked)

    def take(self, limit: int, seconds: float) -> Fetched:
        """Up to `limit` messages, waiting at most `seconds` for the first ones; KafkaException where the place can't be read."""
        raw = _taken(self._consumer, limit, seconds)
        if self._doubted:
            self._claim_anew()
            raw = []
        return Fetched(
            [each.partition() for each in raw],
            [each.offset() for each in raw],
            [each.value() for each in raw],
            [dict(each.headers() or ()) for each in raw],
            lambda place: _message(raw[place]),
        )

    def again(self, spans: Mapping[Partition, tuple[int, int]]) -> list[Message]:
        """The messages of some offsets once more, from the first up to the one behind the last, by a consumer of their own."""
        consumer = Consumer(self._settings)
        try:
            left = {place: behind for place, (_, behind) in spans.items()}
            consumer.assign([TopicPartition(*place, first) for place, (first, _) in spans.items()])
            found: list[Message] = []
            while left:
                for each in map(_message, _taken(consumer, 1_000, 0.1)):
                    if each.offset < left.get((each.topic, each.partition), 0):
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

    def _heard(self, error: KafkaError) -> None:
        """What the library says beside the messages, while they are taken."""
        if error.code() in AWAY:
            log.warning("broker does not answer", error=str(error))
            self._doubted = True

    def _claim_anew(self) -> None:
        """Claim what is assigned as if it had just come; while Kafka is still away nothing is taken."""
        try:
            self._doubted = False
            if assigned := self._consumer.assignment():
                self._assigned(self._consumer, assigned)
        except (KafkaException, TimeoutError) as error:
            log.warning("broker does not answer", error=str(error))
            self._doubted = True

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        offsets = self._claim({(place.topic, place.partition) for place in partitions})
        consumer.assign([TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()])
        log.info("assigned", partitions={f"{topic}[{number}]": offset for (topic, number), offset in offsets.items()})

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._drop({(place.topic, place.partition) for place in partitions})
        log.info("revoked", partitions=[f"{place.topic}[{place.partition}]" for place in partitions])


def _taken(consumer: Consumer, limit: int, seconds: float) -> list[Any]:
    """What came, errors told apart. Of a message's place the library says that it may be none, which no message from a broker has."""
    came: list[Any] = consumer.consume(limit, timeout=seconds)
    errors = [error for each in came if (error := each.error()) is not None]
    for error in errors:
        if error.code() == KafkaError._PARTITION_EOF or error.retriable():
            log.debug("consumer", error=str(error))
        elif error.code() in AWAY:
            log.warning("broker does not answer", error=str(error))
        else:
            raise KafkaException(error)
    return [each for each in came if each.error() is None] if errors else came


def _message(raw: Any) -> Message:
    place = (raw.topic(), raw.partition(), raw.offset())
    return Message(*place, raw.key(), raw.value(), raw.headers() or (), raw.timestamp()[1] or None)
