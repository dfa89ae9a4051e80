"""Deadlines: what falls due on the service's business day is seen to, then the day is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date

from backbone.process.logs import log
from backbone.record.clock import Clock, confirm_day, confirmed_day
from backbone.record.events import Connection, Record
from backbone.record.transact import Transact

Due = Callable[[Transact, date], int]
"""Does everything due up to a day, each in a transaction of its own, repeatable; how many things were due."""


class Deadlines:
    """Steps a service's clock. A day is confirmed after its deadlines; killed in between, they are seen to again (idempotent)."""

    def __init__(self, conn: Connection, record: Record, clock: Clock, due: Due) -> None:
        self.conn = conn
        self.clock = clock
        self.due = due
        self.transact = Transact(lambda: nullcontext(conn), record, clock)

    def step(self) -> int:
        """See to the current day where it is not confirmed yet; 1 where a day was confirmed."""
        if self.clock.follows_topic and not self._begun():
            return 0  # until the business clock's first day there is none to confirm: the wall clock's would be a day too late
        day = self.clock.day(self.conn)
        confirmed = confirmed_day(self.conn)
        if confirmed is not None and confirmed >= day:
            return 0
        done = self.due(self.transact, day)
        with self.conn.transaction():
            confirm_day(self.conn, day)
        log.info("day confirmed", day=day.isoformat(), due=done)
        return 1

    def _begun(self) -> bool:
        return self.conn.execute("select from record.business_day").fetchone() is not None

    def close(self) -> None:
        """Nothing to let go of: the connection belongs to the caller."""
