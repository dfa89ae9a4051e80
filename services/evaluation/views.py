"""Queries of evaluation: each is a file in `views/`, rows are plain dicts, money in fen. A unit's page is a fold of its own stream."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

from psycopg.rows import dict_row

from backbone.record.events import Connection
from contracts.authority import permit
from contracts.decision import Actor, NotPermitted
from services.evaluation.domain import EVENTS, unit
from services.evaluation.domain.schemes import CountyScheme
from services.evaluation.domain.unit import UnitState
from services.evaluation.domain.unit_events import unit_stream

Row = dict[str, Any]


def reach(actor: Actor) -> str | None:
    """Whose projects a reader may see: those of this organisation and its subordinates, or None for everybody's."""
    return None if permit(actor, "read-project", "") is None else actor.org


def sees(actor: Actor, scheme: CountyScheme) -> Literal["all", "own"] | NotPermitted:
    """Whose results of an assessment a reader may see (在一定范围内通报): its scheme says which roles, the table of authority where."""
    circulation = scheme.circulation
    if actor.role in circulation.all_units and permit(actor, "read-assessment", "") is None:
        return "all"
    if actor.role in circulation.own_unit and permit(actor, "read-assessment", actor.org) is None:
        return "own"
    return NotPermitted(role=actor.role, org=actor.org, action="read-assessment", place="county")


def projects(conn: Connection, year: int, *, org: str | None, after: str | None = None, limit: int = 100) -> list[Row]:
    """The projects of a year by code, of `org` and its subordinates (None: everybody's), after the code `after`."""
    return _rows(conn, "projects", year=year, org=org, after=after, limit=limit)


def project(conn: Connection, year: int, code: str) -> Row | None:
    """One project as it was heard; None where its goals were not."""
    return next(iter(_rows(conn, "project", year=year, project=code)), None)


def evaluations(conn: Connection, year: int, code: str) -> list[Row]:
    """Every evaluation of a project, the latest first."""
    return _rows(conn, "evaluations", year=year, project=code)


def grades(conn: Connection, year: int, org: str | None) -> dict[str | None, int]:
    """How many projects have which grade; None: not evaluated yet."""
    return {row["grade"]: row["projects"] for row in _rows(conn, "grades", year=year, org=org)}


def years(conn: Connection) -> list[int]:
    """The years that have projects or an assessment, the latest first."""
    return [row["year"] for row in _rows(conn, "years")]


def assessment(conn: Connection, year: int) -> Row | None:
    """A year's assessment of units; None where it has not been opened."""
    return next(iter(_rows(conn, "assessment", year=year)), None)


def units(conn: Connection, year: int, code: str | None = None) -> list[Row]:
    """The units of a year in the order of the list, or one of them, with their latest result."""
    return _rows(conn, "units", year=year, unit=code)


def unit_states(conn: Connection, year: int, codes: Sequence[str]) -> dict[str, UnitState]:
    """What stands of each unit's year: the fold of its stream."""
    by_stream = {unit_stream(code, year): code for code in codes}
    states = dict.fromkeys(codes, unit.INITIAL)
    for row in _rows(conn, "stream", streams=list(by_stream)):
        code = by_stream[row["stream"]]
        states[code] = unit.evolve(states[code], _BY_TYPE[row["type"]].model_validate(row["data"]))
    return states


def as_of(conn: Connection) -> date | None:
    """The day that the data are of; None before the first event."""
    return next((row["day"] for row in _rows(conn, "as_of")), None)


_BY_TYPE = {event.type_name(): event for event in EVENTS}


@cache
def _sql(name: str) -> str:
    return (resources.files("services.evaluation") / "views" / f"{name}.sql").read_text("utf-8")


def _rows(conn: Connection, name: str, **values: object) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_sql(name).encode(), values).fetchall()
