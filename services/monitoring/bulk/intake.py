"""The intake: takes a batch of the execution stream, makes it ready, flushes it with its offsets behind the fence, and again.

Connections, stream and clock are passed in. `prepare` and `flush` are its two halves, `step` drives both in turn, and `Ahead` prepares
the next batch while the last is being written. An outage raises out of a step with nothing written; the loop around it connects anew
and the same messages come again, from the offsets in PostgreSQL.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import psycopg

from backbone.kafka import dead
from backbone.kafka.batches import Fetched
from backbone.kafka.dead import Brake, DeadLetter, Message
from backbone.kafka.fence import Claim, Fenced, Partition, claim
from backbone.kafka.inbox import BrakeCount
from backbone.kafka.standing import verified
from backbone.process import metrics
from backbone.process.connections import OUTAGES
from backbone.process.logs import log
from backbone.record.clock import Clock
from backbone.record.events import Connection
from backbone.record.reading import Reading
from backbone.record.transact import RETRIED
from services.monitoring.bulk.codes import Codes
from services.monitoring.bulk.decode import decode
from services.monitoring.bulk.flush import doubted, flush
from services.monitoring.bulk.fold import sort_out
from services.monitoring.bulk.ready import Ready, make_ready, ready_alone
from services.monitoring.bulk.seen import Seen
from services.monitoring.bulk.taking import Move, Taking, advance_all, id_of

BATCH = 100_000
"""Messages in one transaction at most: a backlog is written in large batches, which costs each voucher least."""
PIECE = 10_000
"""Of these so many are decoded at once, and let go before more are taken."""
MANY = 1_000
"""So many at once are a backlog, and more are waited for."""
WAIT = 0.04
FLUSH_SECONDS = 60
"""So long may a flush take: a worker that is paused while it copies holds the keys of its batch for no longer."""
COLLECTED = 200_000
"""New objects between two searches for cycles, which a batch holds none of; by Python's own 700 they took a third of the intake's time."""
TRIES = 10


class ExecutionStream(Protocol):
    """What the intake needs of Kafka: messages of the partitions that were claimed for it."""

    def take(self, limit: int, seconds: float) -> Fetched: ...

    def again(self, spans: Mapping[Partition, tuple[int, int]]) -> list[Message]: ...

    def close(self) -> None: ...


class Claims:
    """The partitions that this intake reads; the stream claims and drops them as Kafka assigns and revokes. Their next offsets are those
    of reading: what was read may still be on its way to the ledger."""

    def __init__(self, conn: Connection, reading: Reading | None = None) -> None:
        self.conn = conn
        self.reading = reading
        self.held: dict[Partition, Claim] = {}

    def take(self, partitions: set[Partition]) -> dict[Partition, int]:
        """Claim `partitions` in PostgreSQL and see that Kafka holds what was taken last of each; the next offset of each."""
        taken = claim(self.conn, partitions)
        if self.reading is not None:
            taken = verified(self.conn, taken, self.reading, id_of)
        self.held.update(taken)
        return {partition: held.next_offset for partition, held in taken.items()}

    def drop(self, partitions: set[Partition]) -> None:
        """Forget partitions that went to another."""
        for partition in partitions:
            self.held.pop(partition, None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch of so many messages that only has to be written, and how far it moves each partition."""

    messages: int
    ready: Ready
    moves: Mapping[Partition, Move]


class Intake:
    """Drains the execution stream into the ledger. `claims`, the codes and the filter use a connection of their own, so that a batch
    can be prepared while another is written."""

    def __init__(
        self,
        conn: Connection,
        stream: ExecutionStream,
        claims: Claims,
        clock: Clock,
        *,
        worker: str = "",
        brake: BrakeCount | None = None,
        batch: int = BATCH,
        wait: float = WAIT,
    ) -> None:
        self.conn = conn
        self.stream = stream
        self.claims = claims
        self.clock = clock
        self.worker = worker
        self.batch = batch
        self.wait = wait
        self.brake = brake or BrakeCount()
        self.codes = Codes(claims.conn)
        self.seen = Seen(claims.conn)

    def step(self) -> int:
        """Take and flush the next batch; how many messages it had."""
        prepared = self.prepare()
        return self.flush(prepared) if prepared else 0

    def prepare(self) -> Prepared | None:
        """Take the next batch and make it ready; None where nothing came."""
        self._check_brake()
        self.seen.fill()
        taking = taken(self.stream, self.claims.held, self.batch, self.wait)
        if not taking.moves:
            return None
        self.claims.held.update({place: move.moved for place, move in taking.moves.items()})
        ready = make_ready(taking.batch, self.codes, self.seen)
        return Prepared(ready.vouchers.height + len(ready.dead), ready, taking.moves)

    def flush(self, prepared: Prepared) -> int:
        """Write a batch; how many messages it had. Where a defect throws it, halve it until the message that does it is set aside behind
        the brake."""
        self._check_brake()
        try:
            self._flush(prepared)
            self.brake.good()
        except (Fenced, *OUTAGES, *RETRIED):
            raise
        except Exception as error:
            self._split(prepared, error)
        return prepared.messages

    def holds(self, prepared: Prepared) -> bool:
        """Whether a partition of the batch is still held under the claim that it was read by: then nobody else reads it again. Where
        none is, the owner of the new claims does, this intake perhaps, and leaving the group would only fence the next one."""
        held = self.claims.held
        return any(place in held and held[place].fence == move.claim.fence for place, move in prepared.moves.items())

    def close(self) -> None:
        """Leave the group; the connections belong to the caller."""
        self.stream.close()

    def _check_brake(self) -> None:
        if self.brake.pulled:
            raise Brake(
                "the intake stands: vouchers failed by a defect; mend it, restart the worker, replay the dead letters"
            )

    def _flush(self, prepared: Prepared) -> None:
        started = time.perf_counter()
        totals = self._written(prepared)
        seconds = time.perf_counter() - started
        metrics.FLUSH_SECONDS.observe(seconds)
        log.debug("flushed", messages=prepared.messages, seconds=round(seconds, 4), **totals)

    def _written(self, prepared: Prepared) -> Counter[str]:
        """Write a batch in one transaction, again where the ledger held what seemed new, and where a deadlock was ended."""
        ready, attempt = prepared.ready, 1
        while True:
            try:
                with self.conn.transaction():
                    totals = flush(self.conn, ready, self.clock.now(), self.worker)
                    advance_all(self.conn, prepared.moves)
                return totals
            except psycopg.errors.UniqueViolation:
                if not ready.lines:
                    raise
                ready = doubted(self.conn, ready)
            except psycopg.errors.DeadlockDetected:
                if attempt == TRIES:
                    raise
                attempt += 1

    def _split(self, prepared: Prepared, error: Exception) -> None:
        spans = {place: (move.claim.next_offset, move.last.offset + 1) for place, move in prepared.moves.items()}
        held = {place: move.claim for place, move in prepared.moves.items()}
        self._halved(self.stream.again(spans), held, error)

    def _halved(self, messages: Sequence[Message], held: dict[Partition, Claim], error: Exception) -> None:
        """Write messages that a defect stood in the way of in halves; one that is alone is set aside."""
        if len(messages) == 1:
            self._set_aside(messages[0], held, error)
            return
        middle = len(messages) // 2
        for half in (messages[:middle], messages[middle:]):
            taking = Taking(held)
            taking.add(Fetched.of(half))
            try:
                self._flush(Prepared(len(half), ready_alone(taking.batch, Codes(self.conn)), taking.moves))
                self.brake.good()
            except (Fenced, *OUTAGES, *RETRIED):
                raise
            except Exception as defect:
                self._halved(half, held, defect)
            held.update({place: move.moved for place, move in taking.moves.items()})

    def _set_aside(self, message: Message, held: Mapping[Partition, Claim], error: Exception) -> None:
        self._check_brake()
        log.error("defect", topic=message.topic, offset=message.offset, exc_info=error)
        with self.conn.transaction():
            dead.bury(self.conn, message, "defect", type(error).__name__, str(error))
            self.conn.execute(
                "insert into ledger.tally (partition, counted, duplicate, conflict, dead) values (%s, 0, 0, 0, 1)"
                " on conflict (partition) do update set dead = tally.dead + 1",
                (message.partition,),
            )
            place = (message.topic, message.partition)
            advance_all(self.conn, {place: Move(held[place], message)})
        self.brake.bad()


def taken(stream: ExecutionStream, held: Mapping[Partition, Claim], limit: int, wait: float) -> Taking:
    """What has come, waiting for it so many seconds; of a backlog as much as a batch may hold."""
    taking = Taking(held)
    came = MANY
    while came >= MANY and limit > 0:
        fetched = stream.take(min(PIECE, limit), wait)
        taking.add(fetched)
        came = len(fetched)
        limit -= came
    return taking


class Ahead:
    """Steps of an intake with the next batch prepared, in a thread of its own and over `asking`, while the last is being written."""

    def __init__(self, intake: Intake, asking: Connection) -> None:
        self.intake = intake
        self._asking = asking
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._next: Future[Prepared | None] | None = None

    def step(self) -> int:
        """Flush the batch that was prepared, while the next is; how many messages it had."""
        coming = self._next or self._thread.submit(self.intake.prepare)
        self._next = None
        prepared = coming.result()
        self._next = self._thread.submit(self.intake.prepare)
        if prepared is None:
            return 0
        try:
            return self.intake.flush(prepared)
        except Fenced:
            self._next.result()  # whoever takes messages may be in the middle of hearing of it
            if self.intake.holds(prepared):
                raise
            log.info("batch dropped, its partitions were given out anew", messages=prepared.messages)
            return prepared.messages

    def close(self) -> None:
        """Leave the group once the batch that is being prepared is dropped: nothing of it was written. `asking` is closed too."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self.intake.close()
        self._asking.close()


@cache
def seldom_collected() -> None:
    """Make the process search for cycles seldom, and never in what it began with; once a process, however often its loop starts anew. For
    who drains: a batch makes several objects of each message."""
    gc.freeze()
    gc.set_threshold(COLLECTED, 20, 50)


def replay(conn: Connection, letter: DeadLetter, clock: Clock) -> str:
    """Take a dead letter of the execution stream again, offsets left alone; what became of it. Raises Unreadable where it still is."""
    message = letter.message
    decode(message.value, message.headers)
    ready = ready_alone(sort_out(Fetched.of([message])), Codes(conn))
    with conn.transaction():
        totals = flush(conn, ready, clock.now())
        conn.execute("update ledger.tally set dead = dead - 1 where partition = %s", (message.partition,))
        dead.replayed(conn, letter.id)
    return next(fate for fate in ("counted", "duplicate", "conflict") if totals[fate])
