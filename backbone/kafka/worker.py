"""A service's worker: the Faust app that hears other services, the relay, the deadlines and what else the service runs beside them."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import faust
import uvicorn
from confluent_kafka import KafkaException
from mode import Service as ModeService
from starlette.applications import Starlette

from backbone.identity import Identity
from backbone.kafka.clients import KafkaReading, RelayProducer, wait_for_broker
from backbone.kafka.dead import Brake, Message
from backbone.kafka.deadlines import Deadlines
from backbone.kafka.driver import ServiceApp, faust_app
from backbone.kafka.fence import Claim, Fenced, Partition, claim, refresh
from backbone.kafka.inbox import BrakeCount, Defect, Inbox, id_of
from backbone.kafka.service import Beside, Service
from backbone.kafka.standing import verified
from backbone.kafka.watch import WATCHED_EVERY, Watch
from backbone.process import metrics
from backbone.process.connections import OUTAGES, connect
from backbone.process.health import health_routes
from backbone.process.logs import log
from backbone.process.loop import Loop, Stepper
from backbone.process.settings import Settings
from backbone.record.clock import DAY, Clock, clock_for
from backbone.record.events import Connection
from backbone.record.reading import Reading
from backbone.record.relay import Relay
from backbone.record.transact import RETRIED
from backbone.record.transaction import APPENDED

STOP_SECONDS = 8.0


@dataclass(slots=True)
class Ear:
    """The inbox with its connection and claims, used from one thread alone."""

    service: Service
    clock: Clock
    database: str
    identity: Identity = field(default_factory=lambda: Identity(None))
    reading: Reading | None = None
    conn: Connection | None = None
    claims: dict[Partition, Claim] = field(default_factory=dict)
    brakes: defaultdict[str, BrakeCount] = field(default_factory=lambda: defaultdict(BrakeCount))
    braked: dict[str, str] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)
    problem: str | None = "no partition is claimed yet"

    def claim(self, partitions: Set[Partition]) -> dict[Partition, int]:
        """Claim `partitions` in PostgreSQL and see that Kafka holds what was taken last of each; waits for both as long as it takes."""
        self.claims = {}
        while True:
            try:
                claims = claim(self._connection(), partitions)
                if self.reading is not None:
                    claims = verified(self._connection(), claims, self.reading, id_of)
                self.claims = claims
                self.problem = None
                return {partition: held.next_offset for partition, held in self.claims.items()}
            except (*OUTAGES, KafkaException, TimeoutError) as error:
                self._outage(error)

    def receive(self, message: Message) -> None:
        """Take one message, waiting out outages; drops it where its partition has been revoked. Raises Fenced and Brake."""
        while not self.stopped.is_set():
            try:
                conn = self._connection()
                held = self.claims.get((message.topic, message.partition))
                if held is None:
                    return
                inbox = Inbox(
                    conn, self.service.record, self.clock, self.service.hear, self.service.interest, self.identity
                )
                self._hold(inbox.receive(held, message))
                self.brakes[message.topic].good()
                self.problem = None
                return
            except Defect as defect:
                self._hold(defect.claim)
                self.brakes[message.topic].bad()
                return
            except RETRIED:
                time.sleep(0.01)
            except Fenced:
                raise
            except Exception as error:  # nothing was committed, so stay on this message whatever it was
                self._outage(error)

    def _hold(self, claim: Claim) -> None:
        if (claim.topic, claim.partition) in self.claims:
            self.claims[claim.topic, claim.partition] = claim

    def _connection(self) -> Connection:
        if self.conn is None or self.conn.closed:
            self.conn = connect(self.database)
            self.claims = {partition: refresh(self.conn, held) for partition, held in self.claims.items()}
        return self.conn

    def _outage(self, error: Exception) -> None:
        self.problem = f"waiting for the database, or for Kafka: {type(error).__name__}: {error}".strip()
        metrics.OUTAGES.labels("inbox").inc()
        log.warning("outage", part="inbox", error=self.problem)
        if self.conn is not None:
            self.conn.close()
            self.conn = None
        if self.stopped.wait(0.5):
            raise Fenced("the worker stops") from error


class Loops(ModeService):
    """The relay, the deadlines and the service's own loops, sharing the Faust app's life cycle."""

    def __init__(self, loops: Sequence[Loop], **options: Any) -> None:
        super().__init__(**options)
        self.loops = loops

    async def on_start(self) -> None:
        for loop in self.loops:
            loop.start()

    async def on_stop(self) -> None:
        for loop in self.loops:
            loop.ask_to_stop()
        for loop in self.loops:
            await asyncio.to_thread(loop.stop)


class HealthServer(uvicorn.Server):
    """uvicorn beside the worker's own loop: signals stay the worker's."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class Worker:
    """Runs a service's worker until it is told to stop; `run` returns the exit status."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service = service
        self.settings = settings
        self.clock = clock_for(settings.clock)
        self.database = settings.database_of(service.name)
        reading = KafkaReading(settings.kafka)
        self.ear = Ear(service, self.clock, self.database, Identity(settings.token_public_key), reading)
        self.topics_changed = threading.Event()
        self.loops = self._loops()
        self.status = 0

    def run(self) -> int:
        wait_for_broker(self.settings.kafka, seconds=300)
        asyncio.run(self._main())
        return self.status

    def _end_soon(self) -> None:
        """End the process though a client hangs on its way out: what was committed is committed, the rest comes again."""

        def end() -> None:
            log.warning("ended while a client was still stopping", status=self.status)
            os._exit(self.status)

        timer = threading.Timer(STOP_SECONDS, end)
        timer.daemon = True
        timer.start()

    def _loops(self) -> list[Loop]:
        service, settings = self.service, self.settings

        sent = KafkaReading(settings.kafka)

        def relay(conn: Connection) -> Relay:
            return Relay(conn, lambda: RelayProducer(settings.kafka), service.record, service.topic, reading=sent)

        def deadlines(conn: Connection) -> Deadlines:
            return Deadlines(conn, service.record, self.clock, service.due)

        watching = KafkaReading(settings.kafka)

        def watch(conn: Connection) -> Watch:
            return Watch(conn, watching, self.topics_changed.set)

        def beside(what: Beside) -> Callable[[Connection], Stepper]:
            return lambda conn: what.make(conn, settings, self.clock)

        return [
            Loop("relay", self.database, relay, idle=1.0, listen=APPENDED),
            Loop("deadlines", self.database, deadlines, idle=1.0, listen=DAY),
            Loop("watch", self.database, watch, idle=WATCHED_EVERY),
            *(
                Loop(what.name, self.database, beside(what), idle=what.idle, listen=what.listen)
                for what in service.beside
            ),
        ]

    async def _main(self) -> None:
        thread = ThreadPoolExecutor(1, thread_name_prefix="inbox")
        running = asyncio.get_running_loop()
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            running.add_signal_handler(name, stop.set)

        async def claim_partitions(partitions: Set[Partition]) -> Mapping[Partition, int]:
            return await asyncio.wrap_future(thread.submit(self.ear.claim, partitions))

        app = faust_app(self.service.name, self.settings.kafka, claim_partitions)
        self._agents(app, thread, stop)
        app.finalize()
        loops = Loops(self.loops)
        server = self._health()
        await loops.start()
        health = asyncio.create_task(server.serve())
        waiter = asyncio.create_task(stop.wait())
        crashed = asyncio.create_task(_wait_crashed(app, self.topics_changed))
        starting = asyncio.create_task(self._started(app, stop))
        await asyncio.wait({waiter, crashed}, return_when=asyncio.FIRST_COMPLETED)
        if crashed.done():
            self.status = 1
            log.error("the worker ends, to be started anew", crash=repr(crashed.result()))
        self._end_soon()
        self.ear.stopped.set()
        for task in (waiter, crashed, starting):
            task.cancel()
        await loops.stop()
        await app.stop()
        server.should_exit = True
        await health
        thread.shutdown(wait=False, cancel_futures=True)
        log.info("worker stopped", status=self.status)

    async def _started(self, app: ServiceApp, stop: asyncio.Event) -> None:
        """Begin to hear. That lasts until the first partitions are claimed, in an outage until its end; who tells the worker to stop is
        not kept waiting by it."""
        try:
            await app.start()
        except Exception as error:
            log.error("the worker could not begin to hear", error=f"{type(error).__name__}: {error}")
            self.status = 1
            stop.set()
        else:
            log.info("worker started", topics=list(self.service.topics))

    def _agents(self, app: ServiceApp, thread: ThreadPoolExecutor, stop: asyncio.Event) -> None:
        """One agent a topic, concurrency 1: a stream's order is kept."""

        async def consume(stream: Any) -> None:
            running = asyncio.get_running_loop()
            async for event in stream.events():
                try:
                    await running.run_in_executor(thread, self.ear.receive, _message(event.message))
                except Brake as brake:
                    self.ear.braked[event.message.topic] = str(brake)
                    log.error("brake", reason=str(brake))
                    await stop.wait()
                except Fenced as fenced:
                    if self.ear.stopped.is_set():
                        return
                    log.error("fenced", reason=str(fenced))
                    self.status = 1
                    stop.set()
                    return

        for topic in self.service.topics:
            app.agent(
                app.topic(topic, key_serializer="raw", value_serializer="raw"), name=f"hear-{topic}", concurrency=1
            )(consume)

    def _health(self) -> uvicorn.Server:
        checks = {
            "inbox": lambda: next(iter(self.ear.braked.values()), self.ear.problem),
            **{loop.name: (lambda loop=loop: loop.problem) for loop in self.loops},
        }
        app = Starlette(routes=health_routes(checks))
        port = self.settings.port_of(self.service.name, "worker")
        return HealthServer(
            uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")
        )


def _message(message: Any) -> Message:
    stamp = int(message.timestamp * 1000) if message.timestamp else None
    return Message(
        message.topic, message.partition, message.offset, message.key, message.value, _headers(message.headers), stamp
    )


def _headers(headers: Any) -> list[tuple[str, bytes | None]]:
    if not headers:
        return []
    return list(headers.items()) if isinstance(headers, Mapping) else list(headers)


async def _wait_crashed(app: faust.App, topics_changed: threading.Event) -> BaseException | None:
    """Return when the Faust app has crashed by itself, or a topic that it reads is another than the one it claimed."""
    while not app.crashed and not topics_changed.is_set():  # noqa: ASYNC110 - Faust sets a flag of its own and tells nobody
        await asyncio.sleep(0.5)
    return app.crash_reason
