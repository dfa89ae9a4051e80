"""The business clock moved from outside: one event a day on its topic, and the wait until every service has done what it brought."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime
from uuid import uuid4

from kafka import KafkaProducer
from kafka.errors import KafkaError

from contracts.clock import DayBegan
from contracts.envelope import STRUCTURED, seal
from deploy.demo.doors import Doors

SERVICES: Sequence[str] = ("goals", "monitoring", "evaluation", "publishing")
PATIENCE = 120.0
_BETWEEN_LOOKS = 0.04


class NotQuiet(Exception):
    """A service has not done its work in time; says which, and what it says of itself."""


class BusinessClock:
    """Moves the business day. `kafka` are bootstrap servers."""

    def __init__(self, kafka: str) -> None:
        self._kafka = kafka
        self._producer: KafkaProducer | None = None

    def begin(self, day: date) -> None:
        """Publish that `day` began; sent again by a new producer where the broker didn't answer (a day begun twice is one)."""
        event = DayBegan(day=day)
        value = seal(event, id=str(uuid4()), time=datetime.now(UTC)).to_bytes()
        until = time.monotonic() + PATIENCE
        while True:
            try:
                producer = self._producer or self._open()
                sent = producer.send(
                    DayBegan.topic,
                    key=event.stream().encode(),
                    value=value,
                    headers=[("content-type", STRUCTURED.encode())],
                )
                sent.get(timeout=20)
                return
            except KafkaError:
                self.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def close(self) -> None:
        """Let go of the producer."""
        if self._producer is not None:
            self._producer.close(timeout=5)
            self._producer = None

    def _open(self) -> KafkaProducer:
        self._producer = KafkaProducer(bootstrap_servers=self._kafka, acks="all", retries=3, linger_ms=0)
        return self._producer


def wait_begun(doors: Doors, services: Collection[str], day: date) -> None:
    """Return when these services have confirmed `day`: what is posted now counts for it."""
    _wait(doors, lambda service: _behind(doors, service, day), services, day, times=1)


def wait_quiet(doors: Doors, day: date) -> None:
    """Return when every service has confirmed `day` and, twice in a row, has nothing left to send or to hear."""
    _wait(doors, lambda service: _busy(doors, service, day), SERVICES, day, times=2)


def _wait(doors: Doors, busy: Callable[[str], str | None], services: Collection[str], day: date, *, times: int) -> None:
    """Look at all until nobody is busy, so many times in a row; at who is busy alone until it isn't. NotQuiet when that takes too long."""
    until = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < times:
        found = dict(zip(services, doors.at_once(busy, services), strict=True))
        waited_for = next((service for service, said in found.items() if said), None)
        quiet = 0 if waited_for else quiet + 1
        while waited_for and (said := busy(waited_for)):
            if time.monotonic() > until:
                raise NotQuiet(f"{day}: {said}")
            time.sleep(_BETWEEN_LOOKS)


def _behind(doors: Doors, service: str, day: date) -> str | None:
    """Which day a service has reached, where it is not yet `day`."""
    clock = doors.look(service, "/clock")
    if clock is None:
        return f"{service} does not answer"
    return f"{service} has reached {clock['day']}" if (clock["day"] or "") < day.isoformat() else None


def _busy(doors: Doors, service: str, day: date) -> str | None:
    """What a service is still busy with, or None."""
    status = doors.look(service, "/status")
    if status is None:
        return f"{service} does not answer"
    if (status["day"] or "") < day.isoformat():
        return f"{service} has reached {status['day']}"
    if status["relay_backlog"] or status["lag_events"]:
        return f"{service}: {status}"
    return None
