"""Queries of rounds: rounds, their parts, their sums by department. Money in minor units, percent as Decimal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from backbone.record.events import Connection
from services.monitoring.views.statements import Row, rows


class Place(NamedTuple):
    """A project's part in a round."""

    round: str
    year: int
    project: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which parts of a round: of an organisation and its subordinates, a department, a state, a proposal;
    after a project's code, so many."""

    org: str | None = None
    department: str | None = None
    state: str | None = None
    proposal: str | None = None
    project: str | None = None
    after: str = ""
    limit: int = 100


def rounds(conn: Connection) -> list[Row]:
    """Every round, the latest first."""
    return rows(conn, "rounds", round=None)


def round_of(conn: Connection, round: str) -> Row | None:
    """One round with how far it has come."""
    return next(iter(rows(conn, "rounds", round=round)), None)


def parts(conn: Connection, round: str, wanted: Wanted) -> list[Row]:
    """Parts of a round by project."""
    return rows(
        conn,
        "round_parts",
        round=round,
        org=wanted.org,
        department=wanted.department,
        state=wanted.state,
        proposal=wanted.proposal,
        project=wanted.project,
        after=wanted.after,
        limit=wanted.limit,
    )


def part(conn: Connection, round: str, project: str) -> Row | None:
    """One part, with the project's names and goal."""
    return next(iter(parts(conn, round, Wanted(project=project))), None)


def departments(conn: Connection, round: str, org: str | None, day: date) -> list[Row]:
    """A round's sums, a row a department and currency."""
    return rows(conn, "round_departments", round=round, org=org, day=day)


def causes(conn: Connection, round: str, org: str | None) -> list[Row]:
    """How many projects deviate for which kind of cause."""
    return rows(conn, "round_causes", round=round, org=org)


def in_scope(
    conn: Connection, year: int, departments: Sequence[str] | None, projects: Sequence[str] | None
) -> tuple[str, ...]:
    """The projects that a round of these departments, or of these projects, takes in."""
    named = {
        "departments": None if departments is None else list(departments),
        "projects": None if projects is None else list(projects),
    }
    return tuple(row["project"] for row in rows(conn, "round_scope", year=year, **named))


def untaken(conn: Connection, round: str | None = None, limit: int = 100) -> list[Place]:
    """Parts whose figures are not taken down yet."""
    return [Place(**row) for row in rows(conn, "round_untaken", round=round, limit=limit)]


def to_chase(conn: Connection, day: date) -> list[Place]:
    """Parts that are due, not filled in, and may be chased on `day`."""
    return [Place(**row) for row in rows(conn, "round_overdue", day=day)]


def undecided(conn: Connection, round: str) -> int:
    """How many projects of a round nobody has decided on, those not taken down yet among them."""
    found = round_of(conn, round)
    waiting = len(untaken(conn, round, limit=1_000_000))
    return 0 if found is None else found["taken"] - found["decided"] + waiting
