"""Actors: processes of the services, running production code over simulated connections and the model of Kafka.

Production code finds PostgreSQL, Kafka and time by names in its modules; `patched` puts the simulation's in their place.
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from confluent_kafka import KafkaError, KafkaException

from backbone.kafka import worker
from backbone.kafka.dead import Brake
from backbone.kafka.deadlines import Deadlines
from backbone.kafka.fence import Fenced
from backbone.kafka.inbox import BrakeCount
from backbone.kafka.service import Service
from backbone.kafka.watch import Watch
from backbone.kafka.worker import Ear
from backbone.process import connections, loop
from backbone.process.connections import OUTAGES
from backbone.process.loop import Loop, Stepper
from backbone.record import relay as relays
from backbone.record.clock import DAY
from backbone.record.events import Connection, Record
from backbone.record.rebuild import rebuild
from backbone.record.relay import Relay
from backbone.record.transact import RETRIED
from backbone.record.transaction import APPENDED
from contracts.clock import DayBegan
from contracts.execution import ExecutionReported
from services.monitoring import app as monitoring
from services.monitoring.bulk.seen import Seen
from services.monitoring.handlers.marks import MARKED
from tests.simulation import services
from tests.simulation.database import Database
from tests.simulation.kafka import TOPICS_CHANGED, Asked, Broker, Member, Sender
from tests.simulation.scheduler import Actor, Scheduler
from tests.simulation.services import Clock, hears_of

SETTINGS: Any = SimpleNamespace(kafka="", database_of=str)
"""What loops ask of their settings."""


PAUSE = 0.5
LOOKED_BACK_EVERY = 15
"""Steps of the run between two looks of a relay at what Kafka still holds: time passes by steps."""
FILTERED = 1_000
"""Vouchers that an intake's filter is made for: one for millions is seven megabytes to be emptied, several times a run."""


class Stopping:
    """A loop's wish to stop: waiting for it is a step."""

    def __init__(self, scheduler: Scheduler, *interest: str) -> None:
        self.scheduler, self.interest = scheduler, interest

    def is_set(self) -> bool:
        return False

    def set(self) -> None:
        """Nobody asks: processes are killed."""

    def wait(self, seconds: float | None = None) -> bool:
        if seconds == PAUSE:
            self.scheduler.pause("waits a moment")
        else:
            self.scheduler.idle("waits", *self.interest)
        return False


class OwnThread:
    """A thread pool of one, as an actor: what is submitted runs in it, and who asks for the result waits."""

    def __init__(self, scheduler: Scheduler, name: str, owner: Actor) -> None:
        self.scheduler, self.name, self.owner = scheduler, name, owner
        self.child: Actor | None = None
        owner.owns.append(self)

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()

        def body() -> None:
            try:
                future.set_result(work())
            except Exception as error:
                future.set_exception(error)

        self.child = self.scheduler.spawn(self.name, body)
        return _Waited(self.scheduler, future)

    def shutdown(self, **_: Any) -> None:
        if self.child is not None and not self.child.ended:
            self.scheduler.wait(lambda: self.child is not None and not self.child.ended)

    def fall(self) -> None:
        """The process is gone, and its thread with it."""
        if self.child is not None and not self.child.ended:
            self.scheduler.kill(self.child)

    def fail_as_deadlocked(self) -> bool:
        """The thread waits by its own connection."""
        return False


class _Waited(Future[Any]):
    def __init__(self, scheduler: Scheduler, future: Future[Any]) -> None:
        super().__init__()
        self.scheduler, self.future = scheduler, future

    def result(self, timeout: float | None = None) -> Any:
        if not self.future.done():
            self.scheduler.wait(lambda: not self.future.done())
        return self.future.result()


def looping(
    scheduler: Scheduler,
    service: str,
    make: Callable[[Connection], Stepper],
    *,
    listen: str | None = None,
    interest: str = "",
) -> Callable[[], None]:
    """A worker's loop, as `backbone.process.loop` runs it."""

    def body() -> None:
        running = Loop(service, service, make, listen=listen, pause=PAUSE)
        running._stop = Stopping(scheduler, interest)  # pyright: ignore[reportAttributeAccessIssue]
        running._run()

    return body


def relay(scheduler: Scheduler, broker: Broker, record: Record) -> Callable[[], None]:
    """A service's relay."""
    topic = f"{record.service}.events"
    return looping(
        scheduler,
        record.service,
        lambda conn: Relay(conn, lambda: Sender(broker), record, topic, batch=5, reading=Asked(broker)),
        listen=APPENDED,
    )


def deadlines(scheduler: Scheduler, record: Record) -> Callable[[], None]:
    """A service's deadlines."""
    return looping(
        scheduler,
        record.service,
        lambda conn: Deadlines(conn, record, Clock(), lambda transact, day: services.due(transact, day)),
        listen=DAY,
    )


def judging(scheduler: Scheduler) -> Callable[[], None]:
    """Monitoring's judging of what an intake touched."""
    return looping(scheduler, "monitoring", lambda conn: monitoring.judging(conn, SETTINGS, Clock()), listen=MARKED)


def intake(scheduler: Scheduler) -> Callable[[], None]:
    """Monitoring's intake, the next batch prepared in a thread of its own."""

    def make(conn: Connection) -> Stepper:
        actor = scheduler.current
        assert actor is not None
        ahead = monitoring.intake(conn, SETTINGS, Clock())
        ahead._thread.shutdown()
        ahead._thread = OwnThread(scheduler, f"{actor.name} ahead", actor)  # pyright: ignore[reportAttributeAccessIssue]
        return ahead

    return looping(scheduler, "monitoring", make, interest=ExecutionReported.topic)


def ear(scheduler: Scheduler, broker: Broker, record: Record) -> Callable[[], None]:
    """A service's ear: the inbox as a worker drives it. Fenced, its process ends, and whoever watches starts it anew."""
    event, hear = hears_of(record.service)
    service = Service(record, f"{record.service}.events", (event,), hear, services.due)

    def body() -> None:
        actor = scheduler.current
        assert actor is not None
        listening = Ear(
            service, Clock(), record.service, reading=Asked(broker), stopped=Stopping(scheduler, event.topic)  # pyright: ignore[reportArgumentType]
        )  # fmt: skip
        held: dict[str, dict[tuple[str, int], int]] = {}

        def claim(topic: str, places: set[tuple[str, int]]) -> dict[tuple[str, int], int]:
            held[topic] = dict.fromkeys(places, 0)
            offsets = listening.claim({place for given in held.values() for place in given})
            return {place: offsets[place] for place in places}

        members = [
            Member(
                broker,
                f"{record.service}-ear",
                topic,
                lambda places, topic=topic: claim(topic, places),
                lambda _, topic=topic: held.pop(topic, None),
                doubts=False,
            )
            for topic in (event.topic, DayBegan.topic)
        ]
        actor.owns.extend(members)
        try:
            while True:
                messages = [message for member in members for message in _polled(member)]
                for message in messages:
                    listening.receive(message)
                if not messages:
                    scheduler.idle("has heard all", event.topic, DayBegan.topic)
        except (Fenced, Brake, KafkaException):
            return

    return body


def _polled(member: Member) -> list[Any]:
    """What comes; KafkaException where the member's place is none any more, which ends the worker."""
    try:
        return member.messages(10)
    except KafkaException as error:
        if error.args[0].code() == KafkaError._TRANSPORT:
            return []
        raise


def watching(scheduler: Scheduler, broker: Broker, service: str, ends: tuple[str, ...]) -> Callable[[], None]:
    """A worker's watch over its topics; when they have changed, its loops that read them end, and are started anew."""

    def changed() -> None:
        scheduler.doomed += [actor for actor in scheduler.actors if actor.name in ends]

    return looping(scheduler, service, lambda conn: Watch(conn, Asked(broker), changed), interest=TOPICS_CHANGED)


def rebuilding(database: Database, record: Record) -> Callable[[], None]:
    """An operator who rebuilds the read models while everything runs."""

    def body() -> None:
        while True:
            try:
                with database.connect() as conn:
                    rebuild(conn, record)
                return
            except (*OUTAGES, *RETRIED):
                continue

    return body


@contextmanager
def patched(scheduler: Scheduler, databases: dict[str, Database], broker: Broker) -> Generator[None]:
    """PostgreSQL, Kafka and time as the simulation has them."""

    def connect(name: str) -> Connection:
        database = databases[name]
        if scheduler.pause(f"{name}: connects") == "no answer":
            raise OUTAGES[0]("the server does not answer")
        return database.connect()

    def batches(_: str, group: str, topic: str, claim: Any, drop: Any) -> Member:
        stream = Member(broker, group, topic, claim, drop)
        if scheduler.current is not None:
            scheduler.current.owns.append(stream)
        return stream

    def sleep(seconds: float) -> None:
        if seconds:
            scheduler.pause("sleeps")

    with ExitStack() as stack:
        for module in (worker, loop, monitoring):
            stack.enter_context(patch.object(module, "connect", connect))
        stack.enter_context(patch.object(time, "sleep", sleep))
        stack.enter_context(patch.object(monitoring, "Batches", batches))
        stack.enter_context(patch.object(monitoring, "KafkaReading", lambda _: Asked(broker)))
        stack.enter_context(patch.object(monitoring, "BRAKE", BrakeCount()))
        stack.enter_context(patch.dict(Seen.__init__.__kwdefaults__, least=FILTERED))
        stack.enter_context(patch.object(relays, "time", SimpleNamespace(monotonic=lambda: float(scheduler.steps))))
        stack.enter_context(patch.object(relays, "LOOKED_BACK_EVERY", LOOKED_BACK_EVERY))
        for module, seconds in (
            (relays, "PAUSED_SECONDS"),
            (connections, "IDLE_SECONDS"),
            (monitoring, "FLUSH_SECONDS"),
        ):
            stack.enter_context(patch.object(module, seconds, 0))
        yield
