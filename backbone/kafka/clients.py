"""Clients of Kafka: the relay's producer, what the broker holds (for lag), and what stands at an offset."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from confluent_kafka import (
    OFFSET_INVALID,
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from backbone.kafka.dead import Message
from backbone.kafka.fence import Partition
from backbone.record.reading import Ends
from backbone.record.relay import NotDelivered

DELIVERY_SECONDS = 20.0
ANSWER_SECONDS = 5.0
"""So long is Kafka waited for when it is asked what it holds."""
MAX_MESSAGE = 4_000_000
"""Bytes of an event at the most, before compression; the services' topics take as much."""


def reached(bootstrap: str) -> dict[str, Any]:
    """How librdkafka reaches the brokers: it knocks every second at one that is away, not every ten, and takes one for gone that leaves a
    request without an answer for ten seconds, not sixty."""
    return {
        "bootstrap.servers": bootstrap,
        "reconnect.backoff.max.ms": 1_000,
        "socket.timeout.ms": 10_000,
        "socket.keepalive.enable": True,
    }


class RelayProducer:
    """An idempotent producer that sends a batch and waits until Kafka has acknowledged all of it (acks=all)."""

    def __init__(self, bootstrap: str) -> None:
        self._producer = Producer(
            {
                **reached(bootstrap),
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
                **reached(bootstrap),
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


class KafkaReading:
    """What Kafka holds (`backbone.record.reading.Reading`), by a consumer that is in no group. Its connections are made when first asked,
    and anew after an error."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._made: Consumer | None = None
        self._admin: AdminClient | None = None

    def topic_id(self, topic: str) -> str | None:
        """Kafka's id of a topic; None where the broker gives none."""
        if self._admin is None:
            self._admin = AdminClient(reached(self._bootstrap))
        asked = self._admin.describe_topics(TopicCollection([topic]), request_timeout=ANSWER_SECONDS)[topic]
        try:
            found = asked.result(ANSWER_SECONDS + 1).topic_id
        except (KafkaException, TimeoutError):
            self.close()
            raise
        return str(found) if found is not None else None

    def ends(self, place: Partition) -> Ends:
        """The first offset of a partition and the one behind its last."""
        try:
            return Ends(*self._consumer.get_watermark_offsets(TopicPartition(*place), timeout=ANSWER_SECONDS))
        except KafkaException:
            self.close()
            raise

    def at(self, place: Partition, offset: int) -> Message | None:
        """The message at `offset`; None where none stands there."""
        try:
            self._consumer.assign([TopicPartition(*place, offset)])
            found = self._first(offset)
            self._consumer.unassign()
            return found
        except KafkaException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connections; who asks again makes new ones."""
        self._admin = None
        if self._made is not None:
            self._made.close()
            self._made = None

    @property
    def _consumer(self) -> Consumer:
        if self._made is None:
            self._made = Consumer(
                {
                    **reached(self._bootstrap),
                    "group.id": "jixiao-reading",
                    "enable.auto.commit": False,
                    "enable.auto.offset.store": False,
                    "enable.partition.eof": True,
                    "auto.offset.reset": "error",
                    "fetch.wait.max.ms": 20,
                    "queued.max.messages.kbytes": 4_096,
                }
            )
        return self._made

    def _first(self, offset: int) -> Message | None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            raw: Any = self._consumer.poll(0.2)
            error = raw.error() if raw is not None else None
            if raw is not None and error is None:
                place = (raw.topic(), raw.partition(), raw.offset())
                return Message(*place, raw.key(), raw.value(), raw.headers() or ()) if place[2] == offset else None
            if error is not None and error.code() in (KafkaError._PARTITION_EOF, KafkaError._AUTO_OFFSET_RESET):
                return None
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))


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
