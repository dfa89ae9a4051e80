"""What was counted: sources, the vouchers behind a figure, vouchers that contradict each other, projects that nobody approved."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from backbone.record.events import Connection
from backbone.web.asking import Ask
from backbone.web.problems import Refused
from contracts.kinds import Code, Period, Year
from services.monitoring import views
from services.monitoring.api import shapes
from services.monitoring.domain.refusals import PeriodOutsideYear, PlaceUnknown, SourceUnknown
from services.monitoring.domain.seeing import NOBODYS

router = APIRouter(prefix="/api/ledger", tags=["ledger"])
Limit = Annotated[int, Query(ge=1, le=1000)]
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


@router.get("/vouchers")
def vouchers(
    ask: Ask, project: Code, year: Year, until: Period | None = None, after: After = None, limit: Limit = 100
) -> dict[str, Any]:
    """One page of the vouchers behind a project's figure of the months up to `until`, with their sums and digest.

    `approved` is false where no approved goal of the project is known: its vouchers are counted and kept, and judged once it is.
    """
    until = until or f"{year:04d}-12"
    if until[:4] != f"{year:04d}":
        raise Refused(PeriodOutsideYear(until, year))

    def read(conn: Connection) -> views.Row:
        try:
            return views.vouchers(conn, project, year, until, after, limit)
        except ValueError:
            raise Refused(PlaceUnknown(after or "")) from None

    page = ask.read(read)
    ask.require("read-vouchers", page["unit"] or NOBODYS)
    return shapes.plain(page)


@router.get("/conflicts")
def conflicts(ask: Ask, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    """Vouchers that came with other figures than those counted under their number: held for a person, never counted."""
    ask.require("read-ledger", NOBODYS)
    try:
        rows, following = ask.read(lambda conn: views.conflicts(conn, after, limit))
    except ValueError:
        raise Refused(PlaceUnknown(after or "")) from None
    return {"conflicts": [shapes.conflict(row) for row in rows], "next": following}


@router.get("/unapproved")
def unapproved(ask: Ask, year: Year) -> dict[str, Any]:
    """Projects with vouchers of a year of which no approved goal is known."""
    ask.require("read-ledger", NOBODYS)
    return {"projects": shapes.plain(ask.read(lambda conn: views.unapproved(conn, year)))}
