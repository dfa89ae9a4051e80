"""The intake: takes a batch of the execution stream, flushes it with its offsets behind the fence, and again.

Connection, stream and clock are passed in; `step` drives it. An outage raises out of a step with nothing written; the loop around it
connects anew and the same messages come again, from the offsets in PostgreSQL.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import psycopg

from backbone.kafka import dead
from backbone.kafka.dead import Brake, DeadLetter, Message
from backbone.kafka.fence import Claim, Fenced, Partition, advance, claim, moment_of
from backbone.kafka.inbox import OUTAGES, BrakeCount
from backbone.process import metrics
from backbone.process.logs import log
from backbone.record.clock import Clock
from backbone.record.events import Connection
from backbone.record.transact import RETRIED
from services.monitoring.bulk.decode import decode
from services.monitoring.bulk.flush import flush
from services.monitoring.bulk.fold import sort_out

BATCH = 5_000
WAIT = 0.04
TRIES = 10


class ExecutionStream(Protocol):
    """What the intake needs of Kafka: messages of the partitions that were claimed for it."""

    def take(self, limit: int, seconds: float) -> list[Message]: ...

    def close(self) -> None: ...


class Claims:
    """The partitions that this intake holds; the stream claims and drops them as Kafka assigns and revokes."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.held: dict[Partition, Claim] = {}

    def take(self, partitions: set[Partition]) -> dict[Partition, int]:
        """Claim `partitions` in PostgreSQL; the next offset of each."""
        taken = claim(self.conn, partitions)
        self.held.update(taken)
        return {partition: held.next_offset for partition, held in taken.items()}

    def drop(self, partitions: set[Partition]) -> None:
        """Forget partitions that went to another."""
        for partition in partitions:
            self.held.pop(partition, None)


class Intake:
    """Drains the execution stream into the ledger."""

    def __init__(
        self,
        conn: Connection,
        stream: ExecutionStream,
        claims: Claims,
        clock: Clock,
        *,
        brake: BrakeCount | None = None,
        batch: int = BATCH,
        wait: float = WAIT,
    ) -> None:
        self.conn = conn
        self.stream = stream
        self.claims = claims
        self.clock = clock
        self.batch = batch
        self.wait = wait
        self.brake = brake or BrakeCount()

    def step(self) -> int:
        """Take and flush the next batch; how many messages it had."""
        if self.brake.pulled:
            raise Brake(
                "the intake stands: vouchers failed by a defect; mend it, restart the worker, replay the dead letters"
            )
        messages = [message for message in self.stream.take(self.batch, self.wait) if self._wanted(message)]
        if messages:
            self._flush_or_split(messages)
        return len(messages)

    def close(self) -> None:
        """Leave the group; the connection belongs to the caller."""
        self.stream.close()

    def _wanted(self, message: Message) -> bool:
        """Not of a partition that was revoked meanwhile, and not before the offset where PostgreSQL stands."""
        held = self.claims.held.get((message.topic, message.partition))
        return held is not None and message.offset >= held.next_offset

    def _flush_or_split(self, messages: Sequence[Message]) -> None:
        """Flush; where a defect throws the batch, halve it until the message that does it is set aside behind the brake."""
        try:
            self._flush(messages)
            self.brake.good()
        except (Fenced, *OUTAGES, *RETRIED):
            raise
        except Exception as error:
            if len(messages) > 1:
                middle = len(messages) // 2
                self._flush_or_split(messages[:middle])
                self._flush_or_split(messages[middle:])
                return
            log.error("defect", topic=messages[0].topic, offset=messages[0].offset, exc_info=True)
            with self.conn.transaction():
                dead.bury(self.conn, messages[0], "defect", type(error).__name__, str(error))
                self.conn.execute(
                    "insert into ledger.tally (partition, counted, duplicate, conflict, dead) values (%s, 0, 0, 0, 1)"
                    " on conflict (partition) do update set dead = tally.dead + 1",
                    (messages[0].partition,),
                )
                moved = self._advance(messages)
            self.claims.held.update(moved)
            self.brake.bad()

    def _flush(self, messages: Sequence[Message]) -> None:
        batch = sort_out(messages)
        started = time.perf_counter()
        for attempt in range(TRIES):
            try:
                with self.conn.transaction():
                    totals = flush(self.conn, batch, self.clock.now())
                    moved = self._advance(messages)
                break
            except psycopg.errors.DeadlockDetected:
                if attempt == TRIES - 1:
                    raise
        self.claims.held.update(moved)
        seconds = time.perf_counter() - started
        metrics.FLUSH_SECONDS.observe(seconds)
        log.debug("flushed", messages=len(messages), seconds=round(seconds, 4), **totals)

    def _advance(self, messages: Sequence[Message]) -> dict[Partition, Claim]:
        """Move the offsets of the batch's partitions inside the open transaction; the claims as they stand after the commit."""
        last: dict[Partition, Message] = {}
        for message in messages:
            last[message.topic, message.partition] = message
        moved: dict[Partition, Claim] = {}
        for partition in sorted(last):
            message, held = last[partition], self.claims.held[partition]
            moment = moment_of(message.timestamp)
            id_ = dict(message.headers).get("ce_id")
            event_id = id_.decode("utf-8", "replace")[:200] if id_ else None
            advance(
                self.conn,
                held,
                start=held.next_offset,
                next_offset=message.offset + 1,
                event_id=event_id,
                message_time=moment,
            )
            moved[partition] = replace(held, next_offset=message.offset + 1, event_id=event_id)
        return moved


def replay(conn: Connection, letter: DeadLetter, clock: Clock) -> str:
    """Take a dead letter of the execution stream again, offsets left alone; what became of it. Raises Unreadable where it still is."""
    message = letter.message
    decode(message.value, message.headers)
    with conn.transaction():
        totals = flush(conn, sort_out([message]), clock.now())
        conn.execute("update ledger.tally set dead = dead - 1 where partition = %s", (message.partition,))
        dead.replayed(conn, letter.id)
    return next(fate for fate in ("counted", "duplicate", "conflict") if totals[fate])
