"""Queries of goals: each is a file in `views/`, rows are plain dicts, money in fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from backbone.record.events import Connection
from contracts.authority import permit
from contracts.decision import Actor
from contracts.event import Event, project_stream
from services.goals.domain import EVENTS

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a project's history."""

    id: UUID
    day: date
    event: Event


def reach(actor: Actor) -> str | None:
    """Whose projects a reader may see: those of this organisation and its subordinates, or None for everybody's."""
    return None if permit(actor, "read-project", "") is None else actor.org


def projects(
    conn: Connection,
    year: int,
    *,
    org: str | None,
    after: str | None = None,
    status: str | None = None,
    limit: int = 100,
) -> list[Row]:
    """The projects of a year by code, of `org` and its subordinates (None: everybody's), after the code `after`."""
    return _rows(conn, "projects", year=year, org=org, after=after, status=status, limit=limit)


def project(conn: Connection, year: int, code: str) -> Row | None:
    """One project in a year, with the grade of the year before."""
    return next(iter(_rows(conn, "project", year=year, project=code)), None)


def submissions(conn: Connection, year: int, code: str) -> list[Row]:
    """Every submission of a project as it was declared."""
    return _rows(conn, "submissions", year=year, project=code)


def reviews(conn: Connection, year: int, code: str) -> list[Row]:
    """Every round of review of a project."""
    return _rows(conn, "reviews", year=year, project=code)


def adjustments(conn: Connection, year: int, code: str) -> list[Row]:
    """Every application to adjust a project."""
    return _rows(conn, "adjustments", year=year, project=code)


def undecided(conn: Connection, org: str | None) -> list[Row]:
    """Applications that wait for their decision, the oldest first."""
    return _rows(conn, "undecided", org=org)


def history(conn: Connection, year: int, code: str) -> list[Happened]:
    """Everything that happened to a project in a year, own and heard."""
    rows = _rows(conn, "history", stream=project_stream(code, year))
    return [Happened(row["id"], row["day"], _BY_TYPE[row["type"]].model_validate(row["data"])) for row in rows]


def years(conn: Connection, org: str | None) -> list[int]:
    """The years that have projects, the latest first."""
    return [row["year"] for row in _rows(conn, "years", org=org)]


def sums(conn: Connection, year: int, org: str | None) -> list[Row]:
    """A year in sums, a row a currency: projects, waiting, approved, budget in force, money freed by stops."""
    return _rows(conn, "sums", year=year, org=org)


def freed(conn: Connection, year: int) -> list[Row]:
    """Money that stops freed for reallocation."""
    return _rows(conn, "freed", year=year)


def reallocations(conn: Connection, year: int, receiver: str | None = None) -> list[Row]:
    """Every proposal to give freed money to another project, or to one receiver, those that wait first."""
    return _rows(conn, "reallocations", year=year, receiver=receiver)


def binding_grades(conn: Connection, year: int) -> list[Row]:
    """Grades of the year before that bind the budgets of `year`, with their consequences."""
    return _rows(conn, "binding", year=year)


_BY_TYPE = {event.type_name(): event for event in EVENTS}


@cache
def _sql(name: str) -> str:
    return (resources.files("services.goals") / "views" / f"{name}.sql").read_text("utf-8")


def _rows(conn: Connection, name: str, **values: object) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_sql(name).encode(), values).fetchall()
