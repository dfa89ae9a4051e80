"""While topics are being read it is watched that they are still those that were claimed, and reach as far as they were read.

A consumer may not notice: a topic that was made anew under it may hold as many messages as the old one did. What the watch finds ends the
worker; started anew, it claims its partitions, compares and says what it found (`backbone/kafka/standing.py`).
"""

from __future__ import annotations

from collections.abc import Callable

from backbone.kafka.fence import Claim, Partition
from backbone.kafka.standing import set_waypoint, unchanged
from backbone.process.logs import log
from backbone.record.events import Connection
from backbone.record.reading import Reading

WATCHED_EVERY = 5.0
"""Seconds between two looks."""


class Watch:
    """Looks at the partitions that the service has claimed, and keeps each as a place to go back to. `changed` hears of a change that is
    still there at the next look, nobody having claimed the partition in between: who claims it compares for himself."""

    def __init__(self, conn: Connection, reading: Reading, changed: Callable[[], None]) -> None:
        self.conn = conn
        self.reading = reading
        self.changed = changed
        self._seen: set[tuple[Partition, int]] = set()

    def step(self) -> int:
        """Look once; nothing is left to do afterwards."""
        rows = self.conn.execute(
            "select topic, partition, fence, next_offset, event_id, topic_id from record.consumed where topic_id is not null"
        ).fetchall()
        claims = [Claim(*row) for row in rows]
        topic_ids = {topic: self.reading.topic_id(topic) for topic in sorted({claim.topic for claim in claims})}
        changed: set[tuple[Partition, int]] = set()
        for claim in claims:
            if unchanged(claim, topic_ids[claim.topic], self.reading):
                set_waypoint(self.conn, claim)
            else:
                changed.add(((claim.topic, claim.partition), claim.fence))
        if still := changed & self._seen:
            log.error("topics changed while they were read", places=sorted(place for place, _ in still))
            self.changed()
        self._seen = changed
        return 0

    def close(self) -> None:
        """The reading belongs to the caller."""
