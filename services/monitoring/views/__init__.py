"""Queries of monitoring, nothing else: the same rows feed the API, the pages and the judging. Money in minor units, percent as Decimal.

Figures come from the ledger. Their digest is the SHA-256, in hex, over the UTF-8 lines

    source ⇥ numbering year ⇥ number ⇥ date ⇥ amount in minor units ⇥ currency ⏎

of the project's vouchers in the goal's currency that are dated in the fiscal year up to the month's last day, sorted by source,
numbering year and number by code point: who holds the vouchers can check the figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from backbone.record.clock import confirmed_day
from backbone.record.events import Connection
from contracts.event import project_stream
from contracts.kinds import last_day, periods_of
from services.monitoring.domain.deadlines import Of
from services.monitoring.domain.judging import Figures

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A project's figures of a fiscal year in one currency: cumulative by month, and the months that have vouchers."""

    by_period: Mapping[str, Figures]
    active: frozenset[str]


def figures(conn: Connection, project: str, year: int, currency: str) -> YearFigures:
    """The figures of each month of a fiscal year; without digests, which `digest` makes when one is needed."""
    return cumulated(figure_rows(conn, [project]), project, year, currency)


def figure_rows(conn: Connection, projects: Sequence[str]) -> list[Row]:
    """The monthly sums of some projects, in all currencies and years."""
    return _rows(conn, "figures", projects=list(projects))


def cumulated(rows: Iterable[Row], project: str, year: int, currency: str) -> YearFigures:
    """Monthly sums made cumulative over a fiscal year. `first_paid` stays that of the month."""
    months = {row["period"]: row for row in rows if row["project"] == project and row["currency"] == currency}
    by_period: dict[str, Figures] = {}
    paid = vouchers = 0
    for period in periods_of(year):
        month = months.get(period)
        if month:
            paid, vouchers = paid + month["paid"], vouchers + month["vouchers"]
        by_period[period] = Figures(paid, vouchers, month["first_paid"] if month else None)
    return YearFigures(by_period, frozenset(period for period in by_period if period in months))


def digest(conn: Connection, project: str, year: int, currency: str, period: str) -> str:
    """The digest of the vouchers that a month's cumulative figure counts."""
    place = {"project": project, "currency": currency, "first": date(year, 1, 1), "last": last_day(period)}
    return _rows(conn, "digest", **place)[0]["digest"]


def paid(conn: Connection, project: str, year: int, currency: str) -> int:
    """What a project's vouchers of a fiscal year come to so far."""
    return _rows(conn, "paid", project=project, currency=currency, **_months(year))[0]["paid"]


def marked_count(conn: Connection) -> int:
    """How many projects wait to be judged."""
    return _rows(conn, "marked")[0]["waiting"]


def to_close(conn: Connection, day: date, due_day: int) -> list[tuple[int, str]]:
    """Year and project where a month is to be closed on `day`; reports are due on `due_day` of the next month."""
    return [(row["year"], row["project"]) for row in _rows(conn, "to_close", day=day, due_day=due_day)]


def overdue(conn: Connection, day: date) -> list[tuple[int, str, int]]:
    """Year, project and number of the corrections whose deadline passed unanswered."""
    return [(row["year"], row["project"], row["number"]) for row in _rows(conn, "overdue", day=day)]


def passed(conn: Connection, day: date) -> list[tuple[int, str, Of]]:
    """Year and project of the urgings, suspensions and stops whose deadline passed unnoticed."""
    return [(row["year"], row["project"], row["kind"]) for row in _rows(conn, "passed", day=day)]


def as_of(conn: Connection) -> date | None:
    """The day that the pages' data are of: the last business day confirmed, else that of the last event."""
    day = confirmed_day(conn)
    if day is not None:
        return day
    row = conn.execute("select max(day) from record.event").fetchone()
    return row[0] if row else None


def years(conn: Connection) -> list[int]:
    """The fiscal years of which monitoring knows a project, the latest first."""
    return [row["year"] for row in _rows(conn, "years")]


def projects(conn: Connection, year: int, org: str | None, after: str = "", limit: int = 100) -> list[Row]:
    """One page of a year's projects; those of `org` and its subordinates, or of all where it is None."""
    return _rows(conn, "projects", year=year, org=org, after=after, limit=limit, **_months(year))


def project(conn: Connection, year: int, code: str) -> Row | None:
    """A project with its latest judgement of each month, its deviations, corrections and reports in dispute; None where no
    goal is known."""
    place = {"year": year, "project": code}
    found = _rows(conn, "project", **place, **_months(year))
    if not found:
        return None
    return {
        **found[0],
        "periods": _rows(conn, "months", **place),
        "deviations": _rows(conn, "deviations", **place),
        "corrections": _rows(conn, "corrections", **place),
        "disputed": _rows(conn, "reports_in_dispute", **place),
    }


def judgements(conn: Connection, year: int, code: str) -> list[Row]:
    """Every judgement of a project, the earlier ones of a month too."""
    return _rows(conn, "judgements", year=year, project=code)


def story(conn: Connection, year: int, code: str) -> list[Row]:
    """Every event of a project, heard and own, in the order in which it happened."""
    return _rows(conn, "story", stream=project_stream(code, year))


def event(conn: Connection, id_: UUID) -> Row | None:
    """One event of the record, with the unit whose project it is of."""
    return next(iter(_rows(conn, "event", id=id_)), None)


def recommendations(conn: Connection, year: int, org: str | None) -> list[Row]:
    """Recommendations that nobody has answered."""
    return _rows(conn, "recommendations", year=year, org=org)


def waiting_corrections(conn: Connection, year: int, org: str | None) -> list[Row]:
    """Corrections that wait for an answer or for its acceptance."""
    return _rows(conn, "waiting_corrections", year=year, org=org)


def open_deviations(conn: Connection, year: int, org: str | None, limit: int = 200) -> list[Row]:
    """The open deviations of a year, one a project and rule, the gravest first."""
    return _rows(conn, "open_deviations", year=year, org=org, limit=limit)


def sources(conn: Connection, source: str | None = None) -> list[Row]:
    """What the ledger has counted, by source; sums are of the source's main currency, those of others in `others`."""
    found: dict[str, Row] = {}
    for row in _rows(conn, "sources", source=source):
        main = found.setdefault(row["source"], {**row, "vouchers": 0, "others": []})
        main["vouchers"] += row["vouchers"]
        main["first"], main["last"] = min(main["first"], row["first"]), max(main["last"], row["last"])
        if main["currency"] != row["currency"]:
            main["others"].append({name: row[name] for name in ("currency", "vouchers", "amount")})
    return list(found.values())


def unapproved(conn: Connection, year: int, limit: int = 500) -> list[Row]:
    """Projects with vouchers of a year of which no approved goal has been heard: counted, kept, judged as soon as it is."""
    return _rows(conn, "unapproved", year=year, limit=limit, **_months(year))


def vouchers(conn: Connection, code: str, year: int, until: str, after: str | None, limit: int) -> Row:
    """One page of the vouchers behind a project's figure of the months up to `until`, with the sums of all of them and their digest
    made anew; `unit` is None where no goal of the project is known. ValueError where `after` is no place that a page gave."""
    after_date, after_source, after_year, after_number = _place_of(after)
    place = {"project": code, "first": date(year, 1, 1), "last": last_day(until)}
    begin = {
        "after_date": after_date,
        "after_source": after_source,
        "after_year": after_year,
        "after_number": after_number,
    }
    rows = _rows(conn, "vouchers", limit=limit + 1, **place, **begin)
    known = _rows(conn, "project", year=year, project=code, **_months(year))
    currency = known[0]["currency"] if known else "CNY"
    sums = {row["currency"]: row for row in _rows(conn, "voucher_sums", **place)}
    own = sums.pop(currency, {"vouchers": 0, "paid": 0})
    return {
        "project": code,
        "year": year,
        "until": until,
        "unit": known[0]["unit"] if known else None,
        "approved": bool(known),
        "currency": currency,
        "count": own["vouchers"],
        "paid": own["paid"],
        "digest": digest(conn, code, year, currency, until),
        "others": list(sums.values()),
        "vouchers": rows[:limit],
        "next": _place_after(rows[limit - 1]) if len(rows) > limit else None,
    }


def _place_of(after: str | None) -> tuple[date, str, int, str]:
    if not after:
        return date(1, 1, 1), "", 0, ""
    day, source, year, number = after.split("/", 3)
    return date.fromisoformat(day), source, int(year), number


def _place_after(row: Row) -> str:
    """A source's code has no slash; a voucher's number may."""
    return f"{row['date'].isoformat()}/{row['source']}/{row['numbering_year']}/{row['number']}"


def _months(year: int) -> Row:
    months = periods_of(year)
    return {"first": months[0], "last": months[-1]}


def _rows(conn: Connection, name: str, **bound: Any) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_statement(name), bound).fetchall()


@cache
def _statement(name: str) -> bytes:
    return (resources.files("services.monitoring") / "views" / f"{name}.sql").read_bytes()
