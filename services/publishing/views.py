"""Queries of publishing, nothing else: the same rows feed the pages and the API. Money in fen, percent and points as Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from backbone.record.clock import confirmed_day
from backbone.record.events import Connection
from contracts import search
from contracts.event import project_stream
from contracts.shares import percent

Row = dict[str, Any]
GRADES = ("excellent", "good", "fair", "poor")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Search:
    """Which projects of a year are asked for: words, a unit, a grade; `after` the last project of the page before; `named` the codes
    of the organisations whose names the words mean."""

    query: str = ""
    unit: str | None = None
    grade: str | None = None
    after: str = ""
    limit: int = PAGE
    named: tuple[str, ...] = ()

    def bound(self, year: int) -> Row:
        """The search as a query's parameters."""
        words = search.words_of(self.query)
        return {
            "year": year,
            "unit": self.unit,
            "grade": self.grade,
            "after": self.after,
            "limit": self.limit + 1,
            "words": list(words),
            "named": list(self.named),
            "terms": list(search.terms(" ".join(words))),
        }


def as_of(conn: Connection) -> date | None:
    """The day that the pages' data are of: the last business day that this service has confirmed, else that of the last event."""
    day = confirmed_day(conn)
    if day is not None:
        return day
    row = conn.execute("select max(day) from record.event").fetchone()
    return row[0] if row else None


def years(conn: Connection) -> list[int]:
    """The years of which something is published, the latest first."""
    return [row["year"] for row in _rows(conn, "years")]


def overview(conn: Connection, year: int) -> Row | None:
    """The year's sums over all published projects, its months, grades and units; None where nothing is published.

    Sums are of one currency, CNY where there is any; those in others stand by themselves in `other_currencies`.
    """
    sums = _rows(conn, "overview", year=year)
    if not sums:
        return None
    currency = sums[0]["currency"]
    return {
        "year": year,
        "as_of": as_of(conn),
        **sums[0],
        "execution": share(sums[0]["paid"], sums[0]["budget"]),
        "grades": grades(conn, year),
        "months": _rows(conn, "overview_months", year=year, currency=currency),
        "by_unit": [_with_share(row) for row in _rows(conn, "by_unit", year=year, currency=currency)],
        "other_currencies": sums[1:],
    }


def grades(conn: Connection, year: int) -> dict[str, int]:
    """How many published projects have which grade, the best first; a grade that no scheme of ours has comes last."""
    found = {row["grade"]: row["projects"] for row in _rows(conn, "grades", year=year)}
    return {grade: found.get(grade, 0) for grade in (*GRADES, *(each for each in found if each not in GRADES))}


def projects(conn: Connection, year: int, asked: Search) -> Row:
    """One page of the published projects that a search finds, their number, and where the next page begins."""
    bound = asked.bound(year)
    rows = _rows(conn, "projects", **bound)
    more = len(rows) > asked.limit
    shown = rows[: asked.limit]
    return {
        "year": year,
        "as_of": as_of(conn),
        "projects": shown,
        "count": _rows(conn, "projects_count", **bound)[0]["found"],
        "next": shown[-1]["project"] if more else None,
    }


def project(conn: Connection, year: int, code: str) -> Row | None:
    """A project's latest publication with its months, its story and its revisions; None where it is not published."""
    found = _rows(conn, "project", year=year, project=code)
    if not found:
        return None
    row = found[0]
    place = {"year": year, "project": code, "number": row["number"]}
    return {
        **row,
        "as_of": as_of(conn),
        "months": _rows(conn, "months", **place),
        "story": _rows(conn, "story", stream=project_stream(code, year), version=row["version"]),
        "revisions": _rows(conn, "revisions", year=year, project=code),
    }


def document(conn: Connection, year: int, code: str, number: int | None) -> Row | None:
    """The published document, byte for byte, with its digest: the latest, or the one of a revision."""
    return next(iter(_rows(conn, "document", year=year, project=code, number=number)), None)


def unit(conn: Connection, year: int, code: str) -> Row | None:
    """A unit's published projects and money, with its subordinates'; None where nothing of it is published."""
    sums = _rows(conn, "unit", year=year, unit=code)
    if not sums:
        return None
    return {
        "unit": code,
        "year": year,
        "as_of": as_of(conn),
        **_with_share(sums[0]),
        "rows": _rows(conn, "projects", **Search(unit=code, limit=1000).bound(year)),
        "other_currencies": sums[1:],
    }


def event(conn: Connection, id_: UUID) -> Row | None:
    """One event with its envelope, and whether it is public; None where it is unknown."""
    return next(iter(_rows(conn, "event", id=id_)), None)


def held(conn: Connection, year: int | None) -> list[Row]:
    """Results that wait for an official's approval."""
    return _rows(conn, "held", year=year)


def share(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent, half-up to 0.01; None where there is no whole."""
    return percent(part, whole) if whole else None


def _with_share(row: Row) -> Row:
    return {**row, "execution": share(row["paid"], row["budget"])}


def _rows(conn: Connection, name: str, **bound: Any) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_statement(name), bound).fetchall()


@cache
def _statement(name: str) -> bytes:
    return (resources.files("services.publishing") / "views" / f"{name}.sql").read_bytes()
