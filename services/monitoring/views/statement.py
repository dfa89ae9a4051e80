"""A finance system's statement compared with the ledger (对账). Its lines are copied to a temporary table of the session, the comparison is
one statement of SQL on one snapshot, and its rows come as they are found: memory does not grow with the statement or the ledger.

What is compared: by voucher, each by its number (source, numbering year, number) on day, amount and project; and the sums by project and
month. `first` and `last` are the months that the statement is about; what the ledger has in them and the statement has not is missing
there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Copy
from psycopg.rows import dict_row

from backbone.record.events import Connection
from contracts.kinds import last_day
from services.monitoring.views.statements import Row, rows, statement

AT_ONCE = 5_000
"""Rows fetched at once."""
_LINES = """
create temporary table statement_line (
    line bigint, numbering_year integer, number text collate "C", date date, amount bigint, currency text, project text collate "C"
)
"""
_TOTALS = """
create temporary table statement_total (
    line bigint, project text collate "C", period text collate "C", currency text, amount bigint, vouchers bigint
)
"""
_VOUCHERS = """
create temporary table statement_voucher as
select numbering_year, number, min(line) as line, min(date) as date, min(amount) as amount, min(currency) as currency,
       min(project) as project, count(*) as lines,
       min(date) <> max(date) or min(amount) <> max(amount) or min(currency) <> max(currency) or min(project) <> max(project)
       as contradicted
from statement_line group by numbering_year, number
"""
_COPY_LINES = "copy statement_line (line, numbering_year, number, date, amount, currency, project) from stdin"
_COPY_TOTALS = "copy statement_total (line, project, period, currency, amount, vouchers) from stdin"


@dataclass(frozen=True, slots=True)
class Sides:
    """What both sides come to in the months compared: vouchers, and minor units by currency."""

    said: Row
    counted: Row


@contextmanager
def copying(conn: Connection, kind: str) -> Generator[Copy]:
    """Takes the statement's lines (`vouchers`) or sums (`totals`), a tuple each, into the session's temporary table."""
    conn.execute(_LINES if kind == "vouchers" else _TOTALS)
    with conn.cursor() as cursor, cursor.copy(_COPY_LINES if kind == "vouchers" else _COPY_TOTALS) as copy:
        yield copy
    if kind == "vouchers":
        conn.execute(_VOUCHERS)
        conn.execute("analyze statement_voucher")


def months(conn: Connection, kind: str) -> tuple[str, str] | None:
    """The first and the last month that the statement says anything of; None where it says nothing."""
    found = rows(conn, f"statement_{kind}_months")[0]
    return (found["first"], found["last"]) if found["first"] else None


def differences(conn: Connection, kind: str, source: str | None, first: str, last: str) -> Iterator[Row]:
    """Every difference; of vouchers those of single ones first, then the sums by project and month."""
    named = ("vouchers", "sums") if kind == "vouchers" else ("totals",)
    for name in named:
        with conn.cursor(f"statement_{name}", row_factory=dict_row) as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(statement(f"statement_{name}"), _span(source, first, last))
            yield from cursor


def sides(conn: Connection, kind: str, source: str | None, first: str, last: str) -> Sides:
    """What both sides come to."""
    found = rows(conn, f"statement_{kind}_sides", **_span(source, first, last))
    parts = {side: [row for row in found if row["side"] == side] for side in ("said", "counted")}
    summed = {
        side: {
            "vouchers": sum(row["vouchers"] for row in each),
            "amounts": {row["currency"]: row["amount"] for row in each},
        }
        for side, each in parts.items()
    }
    return Sides(**summed)


def _span(source: str | None, first: str, last: str) -> dict[str, Any]:
    days = {"first_day": date.fromisoformat(f"{first}-01"), "last_day": last_day(last)}
    return {"source": source, "first": first, "last": last, **days}
