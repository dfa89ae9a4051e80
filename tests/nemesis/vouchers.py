"""The load of vouchers: so many a second with acks=all, some sent again on any partition, a few that contradict one sent before."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from contracts.envelope import binary_headers
from contracts.execution import ExecutionReported
from deploy.local.broker import PARTITIONS
from tests.nemesis.log import ACKNOWLEDGED, FAILED, UNKNOWN, Log

YEAR = 2026
SOURCE = "nemesis"
TICK = 0.01
DELIVERY_SECONDS = 100
AGAIN, OTHERWISE = 0.01, 0.0005
"""Shares of what is sent that repeat or contradict a voucher sent before."""
NEVER_LEFT = (KafkaError._PURGE_QUEUE, KafkaError.MSG_SIZE_TOO_LARGE, KafkaError._QUEUE_FULL)
"""Errors that say of a message that Kafka has not got it."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """One voucher as it is sent; `amount` in fen."""

    number: str
    amount: int
    project: str
    day: date


class Vouchers:
    """Sends until it is stopped; `projects` gives those that are paid on now."""

    def __init__(self, kafka: str, rate: int, log: Log, chance: Random, projects: Callable[[], list[str]]) -> None:
        self.rate = rate
        self.sent = 0
        self._log = log
        self._chance = chance
        self._projects = projects
        self._recent: deque[Voucher] = deque(maxlen=20_000)
        self._numbers = 0
        self._producer = Producer(
            {
                "bootstrap.servers": kafka,
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": 20,
                "delivery.timeout.ms": DELIVERY_SECONDS * 1000,
                "queue.buffering.max.messages": 1_000_000,
            }
        )

    def run(self, stop: threading.Event) -> None:
        """Keep the pace; where the machine can't, less is sent and nothing is made up for later than a second."""
        began = time.monotonic()
        due = 0.0
        while not stop.is_set():
            now = time.monotonic() - began
            due = max(due, (now - 1) * self.rate)
            while due < now * self.rate:
                self._send(*self._next())
                due += 1
            self._producer.poll(0)
            stop.wait(TICK)

    def finish(self) -> None:
        """Wait for what Kafka has still to acknowledge; what it doesn't is noted as what it is."""
        self._producer.flush(DELIVERY_SECONDS)
        self._producer.purge()
        self._producer.flush(5)

    def _next(self) -> tuple[Voucher, int | None]:
        """The next voucher, and the partition that it goes to where its key does not say."""
        drawn = self._chance.random()
        if self._recent and drawn < AGAIN + OTHERWISE:
            known = self._recent[self._chance.randrange(len(self._recent))]
            if drawn < OTHERWISE:
                known = Voucher(known.number, known.amount + 1, known.project, known.day)
            return known, self._chance.randrange(PARTITIONS[ExecutionReported.topic])
        self._numbers += 1
        day = date(YEAR, 1, self._chance.randint(1, 31))
        amount = self._chance.choice((-1, 1, 1, 1, 1)) * self._chance.randint(1, 5_000_00)
        voucher = Voucher(f"N{self._numbers:08d}", amount, self._chance.choice(self._projects()), day)
        self._recent.append(voucher)
        return voucher, None

    def _send(self, voucher: Voucher, partition: int | None) -> None:
        value, headers = message(voucher)
        where = {} if partition is None else {"partition": partition}
        self.sent += 1
        try:
            self._producer.produce(
                ExecutionReported.topic, value, voucher.project.encode(), headers=headers,
                on_delivery=self._told(voucher), **where,
            )  # fmt: skip
        except (BufferError, KafkaException):  # no room in the queue, or the topic is just being made anew
            self._note(voucher, FAILED, None)

    def _told(self, voucher: Voucher) -> Any:
        def told(error: KafkaError | None, delivered: Any) -> None:
            if error is None:
                self._note(voucher, ACKNOWLEDGED, delivered)
            else:
                self._note(voucher, FAILED if error.code() in NEVER_LEFT else UNKNOWN, None)

        return told

    def _note(self, voucher: Voucher, fate: str, delivered: Any) -> None:
        place = None if delivered is None else [delivered.partition(), delivered.offset()]
        said = [voucher.number, voucher.amount, voucher.project, voucher.day.isoformat()]
        self._log.write("voucher", fate=fate, voucher=said, place=place)


def _pattern() -> tuple[str, list[tuple[str, Any]]]:
    """A voucher's value and headers to be filled in: at thousands a second the load leaves the machine to the services."""
    said = ExecutionReported(
        source=SOURCE, number="NUMBER", numbering_year=YEAR, date=date(YEAR, 1, 1), amount=77, project="PROJECT"
    )
    headers = [each for each in binary_headers(said, time=datetime.now(UTC)) if each[0] != "ce_id"]
    return said.model_dump_json().replace("%", "%%"), [*headers]


VALUE, HEADERS = _pattern()
FORM = (
    VALUE.replace("NUMBER", "%(number)s")
    .replace("PROJECT", "%(project)s")
    .replace(f"{YEAR}-01-01", "%(day)s")
    .replace(":77", ":%(amount)d")
)


def message(voucher: Voucher) -> tuple[bytes, list[tuple[str, Any]]]:
    """Value and headers of a voucher's message."""
    said = {
        "number": voucher.number, "project": voucher.project, "day": voucher.day.isoformat(), "amount": voucher.amount,
    }  # fmt: skip
    return (FORM % said).encode(), [*HEADERS, ("ce_id", f"{voucher.number}/{voucher.amount}".encode())]
