"""The relay: public events leave for Kafka in commit order, from a cursor that only moves after Kafka's acknowledgement.

A step reads the next events after the cursor, produces them keyed by stream with an idempotent producer, waits until every one is
acknowledged and then moves the cursor. When anything fails in between, the same events are sent again: consumers tell repetitions by
the public number. Positions are handed out under the service's lock (`Transaction.append`), so an event with a lower position never
becomes visible later than a higher one.

The acknowledged offset and event id of each partition are stored beside the cursor, and compared with what Kafka holds there when a
relay takes the lead, after an error, and now and then: a tail that Kafka lost after it had acknowledged it is sent again (`tail.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol
from zlib import crc32

from backbone.process import metrics
from backbone.record.events import COLUMNS, Connection, Record, Recorded
from backbone.record.reading import Reading
from backbone.record.tail import look_back, overtaken
from contracts.envelope import STRUCTURED, seal
from contracts.event import PublicEvent

BATCH = 500
COUNTED_EVERY = 1.0
"""Seconds between two counts of the backlog for its metric, at the least."""
LOOKED_BACK_EVERY = 30.0
"""Seconds between two looks at what Kafka still holds, while nothing fails."""
PAUSED_SECONDS = 15
"""A relay asks PostgreSQL every second; one that has been silent for so long gives up its lead to another."""


class NotDelivered(Exception):
    """Kafka did not acknowledge a batch; it is sent again from the cursor with a new producer."""


class Producer(Protocol):
    """What the relay needs of Kafka: send a batch and wait for every acknowledgement."""

    def send(self, topic: str, messages: list[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> list[tuple[int, int]]:
        """Send (key, value, headers) in order; (partition, offset) of each, or NotDelivered."""
        ...

    def close(self) -> None: ...


class Relay:
    """Sends one service's public events. Connection, producer factory and topic are passed in; `step` drives it."""

    def __init__(
        self,
        conn: Connection,
        producer: Callable[[], Producer],
        record: Record,
        topic: str,
        *,
        batch: int = BATCH,
        reading: Reading | None = None,
    ) -> None:
        self.conn = conn
        self.new_producer = producer
        self.record = record
        self.topic = topic
        self.batch = batch
        self.reading = reading
        self._producer: Producer | None = None
        self._led: Connection | None = None
        self._counted = self._looked_back = float("-inf")

    def step(self) -> int:
        """Send the next events; how many were sent (0: nothing to do, or another relay is at work)."""
        if not self._lead():
            return 0
        self._look_back()
        waiting = self._waiting()
        if not waiting:
            metrics.RELAY_BACKLOG.set(0)
            return 0
        if self._producer is None:
            self._producer = self.new_producer()
        try:
            placed = self._producer.send(self.topic, [self._message(recorded) for recorded in waiting])
        except Exception:
            self._drop_producer()
            raise
        if self.reading is None or not overtaken(self.conn, self.reading, self.topic, placed):
            self._advance(waiting, placed)
        metrics.RELAYED.inc(len(waiting))
        self._count_backlog()
        return len(waiting)

    def close(self) -> None:
        """Let go of the producer; the connection belongs to the caller."""
        if self._producer is not None:
            self._producer.close()
            self._producer = None

    def _lead(self) -> bool:
        """Hold the session lock of the only relay at work; it falls with the connection, and the server ends that of a relay that was
        paused. Asking again stacks, so ask once."""
        if self._led is not self.conn:
            self.conn.execute("select set_config('idle_session_timeout', %s, false)", (f"{PAUSED_SECONDS}s",))
            row = self.conn.execute(
                "select pg_try_advisory_lock(%s)", (crc32(f"relay:{self.record.service}".encode()),)
            ).fetchone()
            if row is None or not row[0]:
                return False
            self._led = self.conn
        return True

    def _look_back(self) -> None:
        """Send again what Kafka lost: asked when this relay began, after an error, and now and then."""
        now = time.monotonic()
        if self.reading is not None and now - self._looked_back >= LOOKED_BACK_EVERY:
            look_back(self.conn, self.reading, self.topic)
            self._looked_back = now

    def _waiting(self) -> list[Recorded]:
        rows = self.conn.execute(
            f"select {COLUMNS} from record.event"  # noqa: S608 - a constant list of columns
            " where number is not null and position > (select position from record.relay_cursor) order by position limit %s",
            (self.batch,),
        )
        return [self.record.read(row) for row in rows]

    def _message(self, recorded: Recorded) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
        assert isinstance(recorded.event, PublicEvent)
        envelope = seal(
            recorded.event,
            id=str(recorded.id),
            time=recorded.time,
            number=recorded.number,
            traceparent=recorded.trace,
            actor=recorded.actor,
            day=recorded.day,
        )
        return recorded.stream.encode(), envelope.to_bytes(), [("content-type", STRUCTURED.encode())]

    def _advance(self, sent: list[Recorded], placed: list[tuple[int, int]]) -> None:
        last: dict[int, tuple[int, Any]] = {}
        for recorded, (partition, offset) in zip(sent, placed, strict=True):
            last[partition] = (offset, recorded.id)
        with self.conn.transaction():
            for partition, (offset, id_) in sorted(last.items()):
                self.conn.execute(
                    "insert into record.relayed (topic, partition, log_offset, event_id) values (%s, %s, %s, %s)"
                    " on conflict (topic, partition) do update set log_offset = excluded.log_offset, event_id = excluded.event_id",
                    (self.topic, partition, offset, id_),
                )
            self.conn.execute(
                "update record.relay_cursor set position = %s where position < %s", (sent[-1].position,) * 2
            )

    def _count_backlog(self) -> None:
        now = time.monotonic()
        if now - self._counted >= COUNTED_EVERY:
            self._counted = now
            metrics.RELAY_BACKLOG.set(backlog(self.conn))

    def _drop_producer(self) -> None:
        """After an error: a new producer from the cursor (aiokafka #1017 and its like never heal by themselves)."""
        metrics.RELAY_FAILURES.inc()
        self._looked_back = float("-inf")
        self.close()


def backlog(conn: Connection) -> int:
    """How many public events Kafka has not acknowledged yet."""
    row = conn.execute(
        "select count(*) from record.event where number is not null and position > (select position from record.relay_cursor)"
    ).fetchone()
    return row[0] if row else 0
