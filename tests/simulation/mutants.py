"""Faults planted into production code, one at a time: the simulation must find each, or it would not find one of ours.

Each is what somebody might write in good faith. `part` is where its runs look for it.
"""

# pyright: reportPrivateUsage=false, reportUnknownLambdaType=false, reportUnknownArgumentType=false
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import polars as pl
import psycopg

from backbone.kafka import fence, inbox, standing, watch, worker
from backbone.kafka.dead import Message
from backbone.kafka.deadlines import Deadlines
from backbone.kafka.fence import Claim, Partition
from backbone.kafka.inbox import Inbox
from backbone.process.connections import OUTAGES
from backbone.record import rebuild as rebuilding
from backbone.record.clock import confirm_day
from backbone.record.events import COLUMNS, Connection, Record, Recorded
from backbone.record.relay import Relay
from backbone.record.transaction import Transaction
from services.monitoring.bulk import flush as flushing
from services.monitoring.bulk import intake as intakes
from services.monitoring.bulk import taking
from services.monitoring.bulk.intake import Intake, Prepared
from services.monitoring.bulk.taking import advance_all
from tests.simulation import actors, services
from tests.simulation.services import Fired

Planted = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Mutant:
    """A planted fault: what it is, how it is planted, and in which part of the services it shows."""

    name: str
    plant: Planted
    part: str
    shows: str = ""
    """What a violation must say to count as this one's."""


def _acknowledged_before_commit() -> AbstractContextManager[object]:
    """The offset moves first, in a transaction of its own."""

    def take(self: Inbox, claim: Claim, message: Message) -> Claim:
        with self.conn.transaction():
            moved = self._advance(claim, message)
        with self.conn.transaction():
            self._effect(message)
        return moved

    return patch.object(Inbox, "_take", take)


def _offsets_apart() -> AbstractContextManager[object]:
    """A batch and its offsets in two transactions."""

    def written(self: Intake, prepared: Prepared) -> Any:
        with self.conn.transaction():
            totals = flushing.flush(self.conn, prepared.ready, self.clock.now(), self.worker)
        with self.conn.transaction():
            advance_all(self.conn, prepared.moves)
        return totals

    return patch.object(Intake, "_written", written)


def _no_fence() -> AbstractContextManager[object]:
    """Whoever has read the messages moves the offset, whoever owns the partition now."""

    def advance(
        conn: Connection, claim: Claim, *, start: int, next_offset: int, event_id: str | None, message_time: Any
    ) -> None:
        conn.execute(
            "update record.consumed set next_offset = %s, event_id = %s, message_time = %s where topic = %s and partition = %s",
            (next_offset, event_id, message_time, claim.topic, claim.partition),
        )

    return _everywhere("advance", advance)


def _generation_as_fence() -> AbstractContextManager[object]:
    """Kafka's generation of the group, which begins again at 1 with every new group, and is the same for all its members."""

    def claimed(conn: Connection, partitions: Any) -> dict[Partition, Claim]:
        claims: dict[Partition, Claim] = {}
        with conn.transaction():
            for topic, partition in sorted(partitions):
                row = conn.execute(
                    "insert into record.consumed (topic, partition, next_offset, fence) values (%s, %s, 0, 1)"
                    " on conflict (topic, partition) do update set fence = 1 returning fence, next_offset, event_id",
                    (topic, partition),
                ).fetchone()
                assert row is not None
                claims[topic, partition] = Claim(topic, partition, *row)
        return claims

    def advance(
        conn: Connection, claim: Claim, *, start: int, next_offset: int, event_id: str | None, message_time: Any
    ) -> None:
        moved = conn.execute(
            "update record.consumed set next_offset = %s, event_id = %s, message_time = %s"
            " where topic = %s and partition = %s and fence = %s",
            (next_offset, event_id, message_time, claim.topic, claim.partition, claim.fence),
        )
        if moved.rowcount != 1:
            raise fence.Fenced

    return _both(_everywhere("advance", advance), _everywhere("claim", claimed))


def _ordered_by_transaction() -> AbstractContextManager[object]:
    """The relay goes by the transaction's id, as if who begins first committed first."""

    def waiting(self: Relay) -> list[Recorded]:
        rows = self.conn.execute(
            f"select {COLUMNS}, xmin::text::bigint from record.event"  # noqa: S608
            " where number is not null and xmin::text::bigint > (select position from record.relay_cursor)"
            " and xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            " order by xmin::text::bigint, position limit %s",
            (self.batch,),
        ).fetchall()
        return [replace(self.record.read(row[:-1]), position=row[-1]) for row in rows]

    return _both(patch.object(Relay, "_waiting", waiting), _no_lock())


def _no_lock() -> AbstractContextManager[object]:
    """Positions are taken without the service's lock: one that is committed later may be lower than one that was sent."""
    return patch.object(Transaction, "_lock", lambda self: None)


def _counted_once_per_partition() -> AbstractContextManager[object]:
    """Each partition has sources of its own."""
    ready = intakes.make_ready

    def made(batch: Any, codes: Any, seen: Any) -> Any:
        pieces = [
            piece.with_columns(source=pl.concat_str(pl.col("source"), pl.lit("@"), pl.col("partition").cast(pl.String)))
            for piece in batch.pieces
        ]
        batch.pieces[:] = pieces
        return ready(batch, codes, seen)

    return patch.object(intakes, "make_ready", made)


def _judged_in_the_flush() -> AbstractContextManager[object]:
    """Flush and judging in one transaction under the record's lock; who loses is taken for done, and the batch is lost with the retry."""

    def together(self: Intake, prepared: Prepared) -> Counter[str]:
        try:
            with self.conn.transaction():
                totals = flushing.flush(self.conn, prepared.ready, self.clock.now(), self.worker)
                self.conn.execute("select pg_advisory_xact_lock(%s)", (services.MONITORING.lock,))
                advance_all(self.conn, prepared.moves)
        except (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected):
            with self.conn.transaction():
                advance_all(self.conn, prepared.moves)
            return Counter()
        return totals

    return patch.object(Intake, "_written", together)


def _counted_twice_by_a_rebuild() -> AbstractContextManager[object]:
    """The rebuild applies the record to read models that it has not emptied."""

    def rebuilt(conn: Connection, record: Record, progress: Any = None) -> int:
        with conn.transaction():
            conn.execute("set local search_path to read, record")
            conn.execute("select pg_advisory_xact_lock(%s)", (record.lock,))
            rows = rebuilding._page(conn, 0)
            for row in rows:
                record.apply(conn, record.read(row))
        return len(rows)

    return patch.object(actors, "rebuild", rebuilt)


def _fired_twice() -> AbstractContextManager[object]:
    """Who fires a deadline goes by what was due when it was asked, and does not look again."""

    def fire(tx: Transaction, stream: str) -> None:
        recorded = tx.load(stream)
        tx.append(stream, recorded[-1].version, (Fired(project=stream.split("/")[1], on=tx.context.day),))

    def due(transact: Any, day: Any) -> int:
        with transact.connect() as conn:
            streams = [
                row[0]
                for row in conn.execute("select stream from read.simulated_due where due <= %s order by stream", (day,))
            ]
        for stream in streams:
            transact(lambda tx, stream=stream: fire(tx, stream))
        return len(streams)

    return patch.object(services, "due", due)


def _confirmed_first() -> AbstractContextManager[object]:
    """The day is confirmed before what is due has been done."""

    def step(self: Deadlines) -> int:
        if not self._begun():
            return 0
        day = self.clock.day(self.conn)
        row = self.conn.execute("select confirmed from record.business_day").fetchone()
        if row and row[0] is not None and row[0] >= day:
            return 0
        with self.conn.transaction():
            confirm_day(self.conn, day)
        self.due(self.transact, day)
        return 1

    return patch.object(Deadlines, "step", step)


def _outage_as_unreadable() -> AbstractContextManager[object]:
    """What could not be taken is set aside, whatever the reason."""
    receive = Inbox.receive

    def received(self: Inbox, claim: Claim, message: Message) -> Claim:
        try:
            return receive(self, claim, message)
        except OUTAGES as error:
            with worker.connect(self.record.service) as conn:
                return replace(self, conn=conn)._bury(claim, message, "unreadable", "invalid-data", str(error))

    return patch.object(Inbox, "receive", received)


def _parked_forgotten() -> AbstractContextManager[object]:
    """What came too early is taken as it came."""

    def number(self: Inbox, message: Message, envelope: Any, event: Any) -> str:
        stream = event.stream()
        last = self._last_heard(event.owner, stream)
        if envelope.streamnumber <= last:
            return "repeated"
        self._hear(envelope, event, stream)
        return "heard"

    return patch.object(Inbox, "_number", number)


def _read_past() -> AbstractContextManager[object]:
    """An offset is a number, and reading goes on from it, whatever stands there now."""
    return _both(patch.object(standing, "_change", lambda *_: None), patch.object(watch, "unchanged", lambda *_: True))


MUTANTS = (
    Mutant("acknowledge before commit", _acknowledged_before_commit, "hearing"),
    Mutant("offsets committed apart from their effect", _offsets_apart, "draining"),
    Mutant("no fence on a paused owner", _no_fence, "draining"),
    Mutant("Kafka's generation as the fence", _generation_as_fence, "draining"),
    Mutant("relay ordered by transaction id", _ordered_by_transaction, "relaying"),
    Mutant("relay cursor past an open transaction", _no_lock, "relaying", shows="missing in Kafka"),
    Mutant("read past a recreated topic", _read_past, "hearing"),
    Mutant("counting once per partition only", _counted_once_per_partition, "draining"),
    Mutant("flush and judging in one transaction with a lost retry", _judged_in_the_flush, "draining"),
    Mutant("a read model that counts twice after a rebuild", _counted_twice_by_a_rebuild, "relaying"),
    Mutant("a deadline fired twice", _fired_twice, "dated"),
    Mutant("a day confirmed before its deadlines", _confirmed_first, "dated"),
    Mutant("an outage treated as unreadable", _outage_as_unreadable, "hearing"),
    Mutant("an event taken before its predecessor (a replay ahead of its key)", _parked_forgotten, "hearing"),
)


def _everywhere(name: str, replacement: Any) -> AbstractContextManager[object]:
    """In the fence's module, and in every module that took the name from there."""
    return _both(
        *(
            patch.object(module, name, replacement)
            for module in (fence, inbox, taking, intakes, worker)
            if hasattr(module, name)
        )
    )


@contextmanager
def _both(*planted: AbstractContextManager[object]) -> Generator[None]:
    with ExitStack() as stack:
        for each in planted:
            stack.enter_context(each)
        yield
