"""Whose day counts: the wall clock's in Asia/Shanghai, or the business clock's as this service has heard it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from backbone.record.events import Connection

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = "day"
"""The channel that PostgreSQL notifies when the business day moves."""


class Clock(Protocol):
    """Time comes in from outside: `now` is aware UTC, `day` the business day that deadlines go by."""

    @property
    def follows_topic(self) -> bool: ...

    def now(self) -> datetime: ...

    def day(self, conn: Connection) -> date: ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The wall clock. It refuses to be moved by the business clock's topic."""

    follows_topic: bool = False

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place where time enters

    def day(self, conn: Connection) -> date:
        return self.now().astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class BusinessClock:
    """Days as the topic `clock.days` tells them; the wall clock's day until the first is heard."""

    follows_topic: bool = True

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place where time enters

    def day(self, conn: Connection) -> date:
        row = conn.execute("select day from record.business_day").fetchone()
        return row[0] if row else self.now().astimezone(SHANGHAI).date()


def clock_for(mode: str) -> Clock:
    """The clock that a process was started for: `system` or `business`."""
    return BusinessClock() if mode == "business" else SystemClock()


def begin_day(conn: Connection, day: date) -> bool:
    """Move the service's business day forward; False where it stands there already or later (days never go back)."""
    moved = conn.execute(
        "insert into record.business_day (day) values (%s) on conflict (only_row) do update set day = excluded.day"
        " where business_day.day < excluded.day",
        (day,),
    )
    conn.execute("select pg_notify(%s, '')", (DAY,))
    return moved.rowcount == 1


def confirm_day(conn: Connection, day: date) -> None:
    """Say that everything due on `day` has been done."""
    conn.execute(
        "insert into record.business_day (day, confirmed) values (%(day)s, %(day)s) on conflict (only_row) do update"
        " set day = greatest(business_day.day, excluded.day), confirmed = greatest(business_day.confirmed, excluded.confirmed)",
        {"day": day},
    )


def confirmed_day(conn: Connection) -> date | None:
    """The last day whose deadlines have all been seen to."""
    row = conn.execute("select confirmed from record.business_day").fetchone()
    return row[0] if row else None
