"""The projects that filters choose: one page by code, what is on the watch list first, how many there are, how many each further
filter would leave.

A condition is one constant of SQL with its values bound; only the conditions of the filters that are set are asked, so that each
question has a plan of its own along an index. Counts stop at a bound: nobody reads the difference between 10,000 and 900,000.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, LiteralString, get_args

from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed

from backbone.record.events import Connection
from contracts import search
from contracts.kinds import periods_of
from services.monitoring import views
from services.monitoring.views.statements import Row, rows

MOST_COUNTED = 10_000
MOST_OF_A_CHOICE = 1_000
LEVELS = ("stop", "suspend", "warning", "notice")
State = Literal["watched", "active", "suspended", "stopped", "recommended", "overdue", "answered", "correcting"]
STATES: tuple[str, ...] = get_args(State)

_CONDITIONS: Mapping[str, LiteralString] = {
    "org": "(p.unit = %(org)s or (p.unit > %(org)s || '.' and p.unit < %(org)s || '/'))",
    "unit": "p.unit = %(unit)s",
    "department": "p.department = %(department)s",
    "month": "exists (select from read.month m where m.year = p.year and m.project = p.project and m.period = %(month)s)",
    "month+level": """exists (select from read.month m
        where m.year = p.year and m.project = p.project and m.period = %(month)s and m.level = %(level)s)""",
    "month+rule": """exists (select from read.month m
        where m.year = p.year and m.project = p.project and m.period = %(month)s and m.level <> 'none' and %(rule)s = any(m.rules))""",
    "month+level+rule": """exists (select from read.month m
        where m.year = p.year and m.project = p.project and m.period = %(month)s and m.level = %(level)s and %(rule)s = any(m.rules))""",
    "level": "exists (select from read.open_finding f where f.year = p.year and f.project = p.project and f.level = %(level)s)",
    "rule": "exists (select from read.open_finding f where f.year = p.year and f.project = p.project and f.rule = %(rule)s)",
    "level+rule": """exists (select from read.open_finding f
        where f.year = p.year and f.project = p.project and f.rule = %(rule)s and f.level = %(level)s)""",
    "q": """p.terms @> %(terms)s::text[]
        and not exists (select from unnest(%(words)s::text[]) as word where position(word in p.haystack) = 0)""",
    "watched": "cardinality(p.watched_by) > 0",
    "unwatched": "cardinality(p.watched_by) = 0",
    "active": "p.status = 'active'",
    "suspended": "p.status = 'suspended'",
    "stopped": "p.status = 'stopped'",
    "recommended": "p.standing <> 'none'",
    "overdue": """exists (select from read.correction c where c.year = p.year and c.project = p.project
        and c.answer is null and c.acceptance is null and c.overdue_on is not null and c.withdrawn_on is null)""",
    "answered": """exists (select from read.correction c
        where c.year = p.year and c.project = p.project and c.answer is not null and c.acceptance is null and c.withdrawn_on is null)""",
    "correcting": """exists (select from read.correction c
        where c.year = p.year and c.project = p.project and c.acceptance is null and c.withdrawn_on is null)""",
}
_PAGE = SQL("""
select p.year, p.project, p.name, p.unit, p.department, p.currency, p.budget, p.status, p.standing as recommendation, p.grade,
       p.transfer_to, p.watched_by,
       (select count(*) from read.open_finding o where o.year = p.year and o.project = p.project) as open_deviations,
       j.period as judged, j.execution, j.attainment, j.mismatch, j.findings, j.event
from (select * from read.project p where p.year = %(year)s and p.project > %(after)s and {conditions} order by p.project limit %(limit)s) p
left join lateral (
    select period, execution, attainment, mismatch, findings, event from read.judgement
    where year = p.year and project = p.project and (%(month)s::text is null and closed or period = %(month)s)
    order by period desc, judgement desc limit 1
) j on true
order by p.project
""")
_COUNT = SQL("""
select count(*) from (select from read.project p where p.year = %(year)s and {conditions} limit %(most)s) as found
""")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which projects of a year are asked for; what is None asks nothing. `month` turns `level` and `rule` to that month's
    judgement; without one they are of what stands open now. `units` are those in whose name the searched words stand."""

    unit: str | None = None
    department: str | None = None
    month: str | None = None
    rule: str | None = None
    level: str | None = None
    state: str | None = None
    q: str | None = None

    def chosen(self) -> dict[str, str]:
        """The filters that are set, by name: what stands in a page's address."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    def but(self, **changed: Any) -> Filters:
        """The same with other values."""
        return replace(self, **changed)


def page(conn: Connection, year: int, org: str | None, asked: Filters, after: str, limit: int) -> list[Row]:
    """One page by project code, after a code; what is on the watch list stands before the rest."""
    bound = {**_bound(year, org, asked), "after": after}
    found: list[Row] = []
    with conn.cursor(row_factory=dict_row) as cursor:
        if not after or _is_watched(conn, year, after):
            conditions = _conditions(org, asked, "watched")
            found = cursor.execute(_PAGE.format(conditions=conditions), {**bound, "limit": limit}).fetchall()
            bound["after"] = ""
        if len(found) < limit:
            conditions = _conditions(org, asked, "unwatched")
            found += cursor.execute(
                _PAGE.format(conditions=conditions), {**bound, "limit": limit - len(found)}
            ).fetchall()
    sums = _sums(conn, year, [row["project"] for row in found])
    nothing = {"paid": 0, "vouchers": 0}
    return [{**row, **sums.get((row["project"], row["currency"]), nothing)} for row in found]


def count(conn: Connection, year: int, org: str | None, asked: Filters, most: int = MOST_COUNTED) -> int:
    """How many there are; `most` + 1 where there are more than `most`."""
    bound = {**_bound(year, org, asked), "most": most + 1}
    row = conn.execute(_COUNT.format(conditions=_conditions(org, asked)), bound).fetchone()
    return row[0] if row else 0


def choices(
    conn: Connection, year: int, org: str | None, asked: Filters, name: str, values: tuple[str, ...]
) -> dict[str, int]:
    """How many projects each value of a filter would leave beside the others, and the chosen one does; none with nothing behind it."""
    counted = {value: count(conn, year, org, asked.but(**{name: value}), MOST_OF_A_CHOICE) for value in values}
    return {value: n for value, n in counted.items() if n or value == getattr(asked, name)}


def departments(conn: Connection, year: int, limit: int = 100) -> tuple[str, ...]:
    """The departments of a year's projects."""
    return tuple(row["department"] for row in rows(conn, "office_departments", year=year, limit=limit))


def _sums(conn: Connection, year: int, projects: list[str]) -> dict[tuple[str, str], Row]:
    """What was paid in the year, by project and currency."""
    sums: dict[tuple[str, str], Row] = {}
    months = frozenset(periods_of(year))
    for row in views.figure_rows(conn, projects) if projects else ():
        if row["period"] in months:
            sum_ = sums.setdefault((row["project"], row["currency"]), {"paid": 0, "vouchers": 0})
            sum_["paid"] += row["paid"]
            sum_["vouchers"] += row["vouchers"]
    return sums


def _bound(year: int, org: str | None, asked: Filters) -> dict[str, Any]:
    words = search.words_of(asked.q or "")
    return {
        **{each.name: getattr(asked, each.name) for each in fields(asked)},
        "year": year,
        "org": org,
        "words": list(words),
        "terms": list(search.terms(" ".join(words))),
    }


def _is_watched(conn: Connection, year: int, project: str) -> bool:
    row = conn.execute(
        "select cardinality(watched_by) > 0 from read.project where year = %s and project = %s", (year, project)
    ).fetchone()
    return bool(row and row[0])


def _conditions(org: str | None, asked: Filters, *more: str) -> Composed:
    """The conditions of the filters that are set, and of what more is asked."""
    found = "+".join(name for name in ("month", "level", "rule") if getattr(asked, name))
    names = [name for name in ("unit", "department", "q") if getattr(asked, name)]
    names += [found] if found else []
    names += [asked.state] if asked.state else []
    names += ["org"] if org is not None else []
    names += more
    return SQL(" and ").join([SQL("true"), *(SQL(_CONDITIONS[name]) for name in names)])
