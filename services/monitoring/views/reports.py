"""Queries of progress reports: what of a month is due, has come, is overdue, and who is to be reminded."""

from __future__ import annotations

from datetime import date

from backbone.record.events import Connection
from contracts.kinds import period_of, periods_of
from services.monitoring.views.statements import Row, rows


def of_month(
    conn: Connection, period: str, org: str | None, *, after: str = "", waiting: bool = False, limit: int = 100
) -> list[Row]:
    """One page of a month: the projects of `org` and its subordinates (of all where it is None), each with its latest report of the month,
    the values that stood before it, and its last reminder. `waiting`: only those whose report has not come."""
    bound = {"year": int(period[:4]), "period": period, "org": org, "project": None, "waiting": waiting}
    return rows(conn, "reports_of_month", after=after, limit=limit, **bound)


def of_project(conn: Connection, period: str, project: str) -> Row | None:
    """A project's row of a month; None where no goal is known."""
    bound = {"year": int(period[:4]), "period": period, "org": None, "project": project, "waiting": False}
    return next(iter(rows(conn, "reports_of_month", after="", limit=1, **bound)), None)


def by_month(conn: Connection, year: int, org: str | None, today: date) -> list[Row]:
    """The months of a year that have begun: how many projects owe a report, how many have sent it, how many are stopped and owe none."""
    begun = sum(period <= period_of(today) for period in periods_of(year))
    return rows(conn, "reports_by_month", year=year, org=org, months=begun)


def to_chase(conn: Connection, period: str, working_day: int) -> list[str]:
    """The projects to be reminded of a month's report, whose due day lies at least `working_day` working days back."""
    return [
        row["project"]
        for row in rows(conn, "reports_to_chase", year=int(period[:4]), period=period, working_day=working_day)
    ]
