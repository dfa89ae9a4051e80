"""Vouchers to Kafka, idempotent and acknowledged by every replica: CloudEvents in the binary mode on the execution stream.

After an outage kafka-python's producer can stay silent for ever once a batch has expired, so a window of vouchers that isn't
acknowledged is sent again by a new producer. A voucher may then stand twice on the topic; it has the same id, and is counted once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from backbone.process import trace
from cli.emitting.words import Refused
from contracts.envelope import binary_headers
from contracts.execution import ExecutionReported

if TYPE_CHECKING:
    from kafka import KafkaProducer

WINDOW = 10_000
"""Vouchers that are sent before their acknowledgements are waited for."""
FIRST_PATIENCE = 10.0
"""Seconds for a Kafka that has not answered yet: most likely none is running."""
PATIENCE = 180.0
"""Seconds for a Kafka that has answered before: an outage is waited for."""
DELIVERY = 30.0
"""Seconds after which a batch without acknowledgement has expired."""


class Sending:
    """Sends vouchers; `sent` counts those that Kafka has acknowledged."""

    def __init__(
        self, kafka: str, *, patience: float = PATIENCE, told: Callable[[int], None] = lambda sent: None
    ) -> None:
        self.sent = 0
        self._kafka = kafka
        self._patience = patience
        self._told = told
        self._producer: KafkaProducer | None = None
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what a person needs to know is said in one sentence

    def send(self, vouchers: Iterable[bytes]) -> None:
        """Send vouchers as JSON; Refused where Kafka doesn't answer, or stays away for longer than the patience."""
        waiting = iter(vouchers)
        try:
            self._producer = self._connected(FIRST_PATIENCE)
            while window := list(_messages(islice(waiting, WINDOW))):
                self._deliver(window)
                self.sent += len(window)
                self._told(self.sent)
        finally:
            self._drop()

    def _deliver(self, window: list[dict[str, Any]]) -> None:
        """Send a window until all of it is acknowledged."""
        deadline = time.monotonic() + self._patience
        while window:
            if self._producer is None:
                self._producer = self._connected(max(1.0, deadline - time.monotonic()))
            window = _unacknowledged(self._producer, window)
            if window:
                self._drop()
                if time.monotonic() > deadline:
                    raise Refused("kafka-stopped-answering", kafka=self._kafka, sent=self.sent)

    def _connected(self, patience: float) -> KafkaProducer:
        """A new producer, as soon as Kafka answers and knows the topic."""
        from kafka.errors import KafkaError

        deadline = time.monotonic() + patience
        while True:
            try:
                producer = _producer(self._kafka, max(1.0, deadline - time.monotonic()))
            except (KafkaError, OSError):
                if time.monotonic() < deadline:
                    time.sleep(0.5)
                    continue
                raise Refused(self._silence(), kafka=self._kafka, sent=self.sent) from None
            except ValueError:
                raise Refused("kafka-address-not-valid", kafka=self._kafka) from None
            try:
                if producer.partitions_for(ExecutionReported.topic):
                    return producer
            except KafkaError:
                pass
            _close(producer)
            if time.monotonic() > deadline:
                raise Refused("topic-not-there", kafka=self._kafka, topic=ExecutionReported.topic)
            time.sleep(0.5)

    def _silence(self) -> str:
        return "kafka-stopped-answering" if self.sent else "kafka-not-reached"

    def _drop(self) -> None:
        if self._producer is not None:
            _close(self._producer)
            self._producer = None


def _producer(kafka: str, patience: float) -> KafkaProducer:
    from kafka import KafkaProducer

    settings: dict[str, Any] = {
        "bootstrap_servers": kafka.split(","),
        "client_id": "jixiao-emit",
        "acks": "all",
        "enable_idempotence": True,
        "allow_auto_create_topics": False,
        "batch_size": 256 * 1024,
        "linger_ms": 20,
        "request_timeout_ms": 10_000,
        "delivery_timeout_ms": int(DELIVERY * 1000),
        "max_block_ms": int(min(DELIVERY, patience) * 1000),
        "bootstrap_timeout_ms": int(patience * 1000),
        "reconnect_backoff_max_ms": 2_000,
        "metrics_enabled": False,
    }
    return KafkaProducer(**settings)


def _close(producer: Any) -> None:
    """Let go of a producer without waiting. With batches open kafka-python's `close` gives up, and its thread would go on sending."""
    from kafka.errors import KafkaError

    try:
        producer.close(timeout=0)
    except KafkaError:
        producer._sender.force_close()


def _messages(vouchers: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """Each voucher as a CloudEvent in binary mode; a file's vouchers are one trace, followed from here to the recommendation."""
    now, exported = datetime.now(UTC), trace.new()
    for value in vouchers:
        voucher = ExecutionReported.model_validate_json(value)
        yield {
            "value": value,
            "key": voucher.project.encode(),
            "headers": binary_headers(voucher, time=now, traceparent=exported),
        }


def _unacknowledged(producer: KafkaProducer, window: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send a window and wait; what Kafka did not acknowledge, to be sent again."""
    from kafka.errors import KafkaError

    futures: list[Any] = []
    try:
        for message in window:
            futures.append(producer.send(ExecutionReported.topic, **message))
        producer.flush(timeout=DELIVERY + 5)
    except (KafkaError, OSError):
        pass  # those without an acknowledgement are the ones to send again
    sent = [future.succeeded() for future in futures] + [False] * (len(window) - len(futures))
    return [message for message, done in zip(window, sent, strict=True) if not done]
