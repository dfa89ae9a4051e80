"""The ledger from any sum down to its vouchers: totals by month, class and project, a month's vouchers, one voucher with what became of it,
gaps in the sources' numbering, conflicts, reconciliations. Every list is a page by keyset: where it goes on is in the last row, nothing is
counted or skipped on the way.

Sums are read from folds that the intake keeps (`ledger.figure`, `ledger.total`), never added up from vouchers. Vouchers are found by
project (an index) or by month. There is no index by paying unit, functional or economic class: each would cost the intake 2–5 µs of the
10 that a voucher takes, for a question that people ask a few times a day. A class leads to its months and a month to its vouchers
instead, for which a range index on the day is enough: it has an entry for 32 pages, not for a voucher, and because vouchers arrive about
in the order of their days it leaves only that month's part of the ledger to be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Literal, cast, get_args
from uuid import UUID

from backbone.record.events import Connection
from contracts.kinds import last_day, periods_of
from services.monitoring.domain.gaps import GAP_AFTER
from services.monitoring.views.statements import Row, rows

Kind = Literal["unit", "functional", "economic"]
"""What a voucher says of itself that totals are kept by: the paying unit, the functional and the economic class (功能分类、经济分类)."""
KINDS: tuple[Kind, ...] = get_args(Kind)
State = Literal["open", "first-stands", "to-be-reversed", "all"]
GapState = Literal["open", "explained", "all"]
"""Conflicts that nobody has decided yet; those that somebody has, by the decision."""
Page = tuple[list[Row], str | None]
"""Rows, and where the next page begins (None: this was the last)."""


def years(conn: Connection) -> list[int]:
    """The years that vouchers are dated in, the latest first."""
    return [row["year"] for row in rows(conn, "ledger_years")]


def months(conn: Connection, year: int) -> list[Row]:
    """What each month of a year comes to, by currency."""
    return rows(conn, "ledger_months", **_span(year, None))


def classes(conn: Connection, kind: Kind, year: int, period: str | None, after: str | None, limit: int) -> Page:
    """Totals by class, of a year or of one of its months; a voucher that names no class counts under the empty code."""
    after_code, after_currency = _place(after, ("", ""), str, str)
    begin = {"begun": after is not None, "after_code": after_code, "after_currency": after_currency}
    found = rows(conn, "ledger_classes", kind=kind, limit=limit + 1, **_span(year, period), **begin)
    return _page(found, limit, "code", "currency")


def class_months(conn: Connection, kind: Kind, code: str, year: int) -> list[Row]:
    """What a class comes to, month by month."""
    return rows(conn, "ledger_class_months", kind=kind, code=code, **_span(year, None))


def project_totals(conn: Connection, year: int, period: str | None, after: str | None, limit: int) -> Page:
    """Totals by project, of a year or of one of its months, whether a goal of it is known or not."""
    after_code, after_currency = _place(after, ("", ""), str, str)
    begin = {"after_code": after_code, "after_currency": after_currency}
    found = rows(conn, "ledger_projects", year=year, limit=limit + 1, **_span(year, period), **begin)
    return _page(found, limit, "project", "currency")


def month_vouchers(conn: Connection, period: str, kind: Kind | None, code: str, after: str | None, limit: int) -> Page:
    """A month's vouchers, all of them or those of a class, in the order of their days."""
    day, source, year, number = _place(after, (date(1, 1, 1), 0, 0, ""), date.fromisoformat, int, int, str)
    first = date.fromisoformat(f"{period}-01")
    found = rows(
        conn,
        "ledger_month",
        kind=kind,
        code=code,
        first=max(first, day),
        last=last_day(period),
        after_date=day,
        after_source=source,
        after_year=year,
        after_number=number,
        limit=limit + 1,
    )
    shown, following = _page(found, limit, "date", "source_id", "numbering_year", "number")
    return [{name: part for name, part in row.items() if name != "source_id"} for row in shown], following


def voucher(conn: Connection, source: str, numbering_year: int, number: str) -> Row | None:
    """One voucher: what arrived, when, from where; what came again under its number with other figures, and what was decided of that."""
    place = {"source": source, "numbering_year": numbering_year, "number": number}
    found = rows(conn, "ledger_voucher", **place)
    return {**found[0], "conflicts": rows(conn, "ledger_voucher_conflicts", **place)} if found else None


def conflict(conn: Connection, partition: int, offset: int) -> Row | None:
    """What is held from one place in Kafka, beside what stands."""
    return next(iter(rows(conn, "conflict", partition=partition, offset=offset)), None)


def conflicts(conn: Connection, state: State, after: str | None, limit: int) -> Page:
    """Vouchers that came with other figures than those counted, the oldest first."""
    seen, partition, offset = _place(after, (datetime(1, 1, 1, tzinfo=UTC), 0, 0), datetime.fromisoformat, int, int)
    found = rows(
        conn,
        "conflicts",
        state=state,
        after_seen=seen,
        after_partition=partition,
        after_offset=offset,
        limit=limit + 1,
    )
    return _page(found, limit, "first_seen", "partition", "log_offset")


def gaps(
    conn: Connection, now: datetime, source: str | None, after: str | None, limit: int, state: GapState = "open"
) -> Page:
    """Numbers of the sources' own numbering that have been missing for longer than is waited for (domain.gaps): `open`, or `explained`."""
    after_source, after_year, after_first = _place(after, ("", 0, 0), str, int, int)
    found = rows(
        conn,
        "ledger_gaps",
        source=source,
        state=state,
        before=now - GAP_AFTER,
        after_source=after_source,
        after_year=after_year,
        after_first=after_first,
        limit=limit + 1,
    )
    return _page(found, limit, "source", "numbering_year", "first")


def is_gap(conn: Connection, source: str, numbering_year: int, first: int, last: int) -> bool:
    """Whether just these numbers are missing now."""
    return bool(rows(conn, "ledger_gap", source=source, numbering_year=numbering_year, first=first, last=last))


def numberings(conn: Connection, now: datetime) -> list[Row]:
    """Each source's numbering: which numbers have come, how many are missing since longer than is waited for and unexplained."""
    return rows(conn, "ledger_numberings", before=now - GAP_AFTER)


def reconciliations(conn: Connection, after: str | None, limit: int) -> Page:
    """Comparisons with statements, the latest first."""
    time, event = _place(after, (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1)), datetime.fromisoformat, UUID)
    found = rows(conn, "reconciliations", after_time=time, after_event=event, limit=limit + 1)
    return _page(found, limit, "time", "event")


def reconciliation(conn: Connection, event: UUID) -> Row | None:
    """One comparison."""
    return next(iter(rows(conn, "reconciliation", event=event)), None)


def _span(year: int, period: str | None) -> Row:
    months = periods_of(year)
    return {"first": period or months[0], "last": period or months[-1]}


def _page(found: list[Row], limit: int, *place: str) -> Page:
    """The rows of a page and where the next begins, after one row more than the page holds was asked for."""
    if len(found) <= limit:
        return found, None
    last = [found[limit - 1][name] for name in place]
    return found[:limit], json.dumps(last, ensure_ascii=False, default=_written, separators=(",", ":"))


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _place(after: str | None, beginning: tuple[Any, ...], *kinds: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The place that a page gave; ValueError where it is none of such."""
    if after is None:
        return beginning
    said: Any = json.loads(after)
    if not isinstance(said, list) or len(cast("list[Any]", said)) != len(kinds):
        raise ValueError(f"no place that a page gave: {after}")
    parts = cast("list[Any]", said)
    if not all(isinstance(each, str | int) and "\x00" not in str(each) for each in parts):
        raise ValueError(f"no place that a page gave: {after}")
    try:
        return tuple(kind(each) for kind, each in zip(kinds, parts, strict=True))
    except TypeError as error:
        raise ValueError(str(error)) from error
