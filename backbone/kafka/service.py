"""What a worker and an API need to know of a service; light, so that each of the two processes imports only what it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backbone.kafka.deadlines import Due
from backbone.kafka.inbox import Hear
from backbone.process.loop import Stepper
from backbone.process.settings import Settings
from backbone.record.clock import Clock
from backbone.record.events import Connection, Record
from contracts.clock import DayBegan
from contracts.event import PublicEvent


@dataclass(frozen=True, slots=True)
class Beside:
    """A loop that a service runs beside its inbox, such as monitoring's intake: `make(conn, settings, clock)` gives its stepper."""

    name: str
    make: Callable[[Connection, Settings, Clock], Stepper]
    idle: float = 0.05
    listen: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What a worker needs to know of a service: its record, its own topic, whom it hears, what falls due, what runs beside."""

    record: Record
    topic: str
    hears: Sequence[type[PublicEvent]]
    hear: Hear
    due: Due
    beside: Sequence[Beside] = ()

    @property
    def name(self) -> str:
        return self.record.service

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of the services that it hears, and the business clock's."""
        return tuple(dict.fromkeys([DayBegan.topic, *(event.topic for event in self.hears)]))

    @property
    def interest(self) -> Mapping[str, type[PublicEvent]]:
        return {event.type_name(): event for event in self.hears}
