"""What the office's screen shows: what waits for a decision, section by section, and units by months. Each question reads at most a
page's rows along an index, so that it may be asked every second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backbone.record.events import Connection
from contracts.kinds import periods_of
from services.monitoring.views.statements import Row, rows

SECTIONS = ("recommendations", "overdue", "findings", "answers", "reports")
"""What waits for a decision, in the order in which it presses."""
SHOWN = 50
"""Rows of a section: nobody decides on more at once; `more` says that there are."""
HELD = 5


@dataclass(frozen=True, slots=True)
class Section:
    """The first rows of what waits, and whether there are more."""

    rows: list[Row]
    more: bool


def waiting(conn: Connection, year: int, org: str | None, shown: int = SHOWN) -> dict[str, Section]:
    """What waits for a decision in a year, by section, what is on the watch list first; of `org` and its subordinates, or of all where
    it is None."""
    found = {name: _watched_first(conn, name, year, org, shown + 1) for name in SECTIONS}
    return {name: Section(each[:shown], len(each) > shown) for name, each in found.items()}


def _watched_first(conn: Connection, name: str, year: int, org: str | None, limit: int) -> list[Row]:
    """Two questions, so that each is a walk along its index: what is watched is few, and the rest comes in its own order."""
    first = rows(conn, f"office_{name}", year=year, org=org, watched=True, limit=limit)
    if len(first) == limit:
        return first
    return first + rows(conn, f"office_{name}", year=year, org=org, watched=False, limit=limit - len(first))


def units(
    conn: Connection, year: int, org: str | None, *, unit: str | None, department: str | None, after: str, limit: int
) -> tuple[list[Row], str | None]:
    """One page of units by months: of each unit its months, each with how many projects have which level; where the next begins."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    place = {"year": year, "org": org, "unit": unit, "department": department, "after": after, "limit": limit + 1}
    for row in rows(conn, "office_units", **place):
        found.setdefault(row["unit"], {}).setdefault(row["period"], {})[row["level"]] = row["projects"]
    shown = list(found)[:limit]
    following = shown[-1] if len(found) > limit else None
    return [{"unit": each, "months": _months(year, found[each])} for each in shown], following


def name(conn: Connection, year: int, project: str) -> str | None:
    """A project's name; None where no goal is known."""
    return _one(conn, "name", year, project)


def unit(conn: Connection, year: int, project: str) -> str | None:
    """The unit that answers for a project; None where no goal is known."""
    return _one(conn, "unit", year, project)


def _one(conn: Connection, column: str, year: int, project: str) -> str | None:
    row = conn.execute(
        "select name, unit from read.project where year = %s and project = %s", (year, project)
    ).fetchone()
    return None if row is None else row[("name", "unit").index(column)]


def _months(year: int, judged: Mapping[str, dict[str, int]]) -> list[Row]:
    return [
        {"period": period, "projects": sum(levels.values()), "levels": levels}
        for period in periods_of(year)
        for levels in (judged.get(period, {}),)
    ]
