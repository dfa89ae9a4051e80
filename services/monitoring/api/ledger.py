"""What was counted: sources, totals, the vouchers behind a figure, one voucher, projects that nobody approved. What needs a look, and
people's answers to it, is in `ledger_matters`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from backbone.record.events import Connection
from backbone.web.asking import Ask, Asking
from backbone.web.problems import Refused
from contracts.kinds import Code, Period, Year
from services.monitoring import views
from services.monitoring.api import shapes
from services.monitoring.domain.ledger_refusals import PlaceUnknown, SourceUnknown, VoucherUnknown
from services.monitoring.domain.refusals import PeriodOutsideYear
from services.monitoring.domain.seeing import NOBODYS, see
from services.monitoring.views import ledger as ledger_views

router = APIRouter(prefix="/api/ledger", tags=["ledger"])
Limit = Annotated[int, Query(ge=1, le=1000)]
Number = Annotated[str, Query(min_length=1, max_length=120)]
After = Annotated[str | None, Query(max_length=400)]


@router.get("")
def ledger(ask: Ask, source: Code | None = None) -> dict[str, Any]:
    """Totals of a source, or of all. `amount` is of the source's main currency; those of others stand in `others`."""
    ask.require("read-ledger", NOBODYS)
    rows = ask.read(lambda conn: views.sources(conn, source))
    if source is None:
        return {"sources": shapes.plain(rows)}
    if not rows:
        raise Refused(SourceUnknown(source))
    return shapes.plain(rows[0])


@router.get("/totals")
def totals(
    ask: Ask,
    year: Year,
    by: Literal["month", "project", "unit", "functional", "economic"] = "month",
    period: Period | None = None,
    code: Annotated[str | None, Query(max_length=80)] = None,
    after: After = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Totals of a year, or of one of its months: by month, project, paying unit, functional or economic class.

    `code` with a class gives that class month by month; a voucher that names no class counts under the empty code.
    """
    ask.require("read-ledger", NOBODYS)
    _in_year(period, year)
    match by:
        case "month":
            found = ask.read(lambda conn: ledger_views.months(conn, year)), None
        case "project":
            found = page(ask, after, lambda conn: ledger_views.project_totals(conn, year, period, after, limit))
        case _ if code is not None:
            found = ask.read(lambda conn: ledger_views.class_months(conn, by, code, year)), None
        case _:
            found = page(ask, after, lambda conn: ledger_views.classes(conn, by, year, period, after, limit))
    return {"by": by, "year": year, "period": period, "totals": shapes.plain(found[0]), "next": found[1]}


@router.get("/months/{period}/vouchers")
def month_vouchers(
    ask: Ask,
    period: Period,
    by: ledger_views.Kind | None = None,
    code: Annotated[str, Query(max_length=80)] = "",
    after: After = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """One page of a month's vouchers, of all or of a class: those that a total is made of."""
    ask.require("read-ledger", NOBODYS)
    rows, following = page(ask, after, lambda conn: ledger_views.month_vouchers(conn, period, by, code, after, limit))
    return {"vouchers": shapes.plain(rows), "next": following}


@router.get("/voucher")
def voucher(ask: Ask, source: Code, year: Annotated[int, Query(ge=0, le=2200)], number: Number) -> dict[str, Any]:
    """One voucher: what arrived, when, from which partition and offset; what came again under its number, and what was decided of it.

    `year` is the year in which its number runs, 0 where the source's numbers never repeat.
    """
    found = ask.read(lambda conn: ledger_views.voucher(conn, source, year, number))
    refusal = see(ask.actor, "read-vouchers", _whose(found), VoucherUnknown(source, year, number))
    if refusal is not None:
        raise Refused(refusal)
    return shapes.voucher(found)


@router.get("/vouchers")
def vouchers(
    ask: Ask, project: Code, year: Year, until: Period | None = None, after: After = None, limit: Limit = 100
) -> dict[str, Any]:
    """One page of the vouchers behind a project's figure of the months up to `until`, with their sums and digest.

    `approved` is false where no approved goal of the project is known: its vouchers are counted and kept, and judged once it is.
    """
    until = until or f"{year:04d}-12"
    _in_year(until, year)
    found = page(ask, after, lambda conn: views.vouchers(conn, project, year, until, after, limit))
    ask.require("read-vouchers", found["unit"] or NOBODYS)
    return shapes.plain(found)


@router.get("/unapproved")
def unapproved(ask: Ask, year: Year) -> dict[str, Any]:
    """Projects with vouchers of a year of which no approved goal is known."""
    ask.require("read-ledger", NOBODYS)
    return {"projects": shapes.plain(ask.read(lambda conn: views.unapproved(conn, year)))}


def page(ask: Asking, after: str | None, query: Callable[[Connection], Any]) -> Any:
    """A page of a list; a 400 problem where `after` is no place that a page gave."""
    try:
        return ask.read(query)
    except ValueError:
        raise Refused(PlaceUnknown(after or "")) from None


def _in_year(period: str | None, year: int) -> None:
    if period is not None and period[:4] != f"{year:04d}":
        raise Refused(PeriodOutsideYear(period, year))


def _whose(found: views.Row | None) -> str | None:
    """The unit whose project a voucher is of; nobody's where no goal of the project is known."""
    return None if found is None else found["responsible"] or NOBODYS
