"""The business days of a run: one begins every few seconds, so that deadlines fall due among the faults."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import date, timedelta

from kafka.errors import KafkaError

from deploy.demo.clock import BusinessClock
from tests.nemesis.log import Log
from tests.nemesis.vouchers import YEAR

FIRST = date(YEAR, 1, 20)
SECONDS = 10.0


class Days:
    """Moves the business day on until it is stopped; `day` is the last that was begun."""

    def __init__(self, kafka: str, log: Log) -> None:
        self.day = FIRST
        self._clock = BusinessClock(kafka)
        self._log = log

    def begin(self, day: date) -> None:
        """A day begins, once Kafka has it."""
        self._clock.begin(day)
        self.day = day
        self._log.write("day", day=day.isoformat())

    def run(self, stop: threading.Event) -> None:
        """One day after another; what Kafka does not take for minutes is tried again as the next."""
        while not stop.wait(SECONDS):
            with suppress(KafkaError):
                self.begin(self.day + timedelta(days=1))

    def close(self) -> None:
        """Let go of the producer."""
        self._clock.close()
