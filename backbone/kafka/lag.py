"""Lag: what Kafka holds that a service has not taken yet, in messages and seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock

from confluent_kafka import KafkaException

from backbone.kafka.clients import Watermarks
from backbone.kafka.fence import Partition
from backbone.process import metrics
from backbone.record.clock import SystemClock
from backbone.record.events import Connection

WALL = SystemClock()
UNKNOWN = -1
"""The lag where the broker does not answer."""


class Lag:
    """Asks the broker for the ends of a service's topics and PostgreSQL for where the service stands. `now` is passed in."""

    def __init__(self, bootstrap: str, topics: Sequence[str], *, now: Callable[[], datetime] = WALL.now) -> None:
        self.bootstrap = bootstrap
        self.topics = topics
        self.now = now
        self._lock = Lock()
        self._watermarks: Watermarks | None = None

    def __call__(self, conn: Connection) -> tuple[int, float]:
        """(messages waiting, seconds); (-1, 0) where the broker does not answer.

        The seconds are the age, by Kafka's timestamp, of the last message taken from a partition where others wait behind it, the
        highest over the partitions: what waits is younger. 0 where nothing waits, or nothing was ever taken.
        """
        ends = self._ends()
        if ends is None:
            return UNKNOWN, 0.0
        taken = {
            (topic, partition): (next_offset, moment)
            for topic, partition, next_offset, moment in conn.execute(
                "select topic, partition, next_offset, message_time from record.consumed"
            )
        }
        events, seconds, now = 0, 0.0, self.now()
        for place, end in ends.items():
            next_offset, moment = taken.get(place, (0, None))
            behind = max(0, end - next_offset)
            events += behind
            metrics.LAG_EVENTS.labels(*map(str, place)).set(behind)
            if behind and moment is not None:
                seconds = max(seconds, (now - moment).total_seconds())
        return events, seconds

    def _ends(self) -> dict[Partition, int] | None:
        """What the broker holds; None where it does not answer, or another request has been waiting for it for a second."""
        if not self._lock.acquire(timeout=1.0):
            return None
        try:
            if self._watermarks is None:
                self._watermarks = Watermarks(self.bootstrap)
            return self._watermarks.ends(self.topics)
        except KafkaException:
            return None
        finally:
            self._lock.release()
