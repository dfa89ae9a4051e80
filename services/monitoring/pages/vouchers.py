"""The ledger's pages: sources, the vouchers behind a figure with their digest made anew, vouchers that contradict each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from backbone.record.events import Connection
from backbone.web.asking import Ask, Asking
from backbone.web.languages import language_of
from backbone.web.problems import Refused
from contracts.kinds import Code, Period, Year
from services.monitoring import views
from services.monitoring.domain.refusals import PeriodOutsideYear, PlaceUnknown
from services.monitoring.domain.seeing import NOBODYS
from services.monitoring.pages import PAGES
from services.monitoring.pages.telling import Telling

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
After = Annotated[str | None, Query(max_length=400)]
PAGE = 100


@router.get("/ledger")
def ledger(ask: Ask, request: Request, year: Year | None = None) -> Response:
    """Every source with its totals, and the projects paid without an approved goal."""
    ask.require("read-ledger", NOBODYS)
    years = ask.read(views.years)
    year = year or (years[0] if years else None)
    return PAGES.render(
        request,
        "ledger.html",
        title=say("page.ledger.title", language_of(request)),
        as_of=ask.read(views.as_of),
        sources=ask.read(views.sources),
        year=year,
        unapproved=ask.read(lambda conn: views.unapproved(conn, year)) if year else [],
        address=_address,
    )


@router.get("/ledger/vouchers")
def vouchers(
    ask: Ask, request: Request, project: Code, year: Year, until: Period | None = None, after: After = None
) -> Response:
    """The vouchers behind a figure."""
    until = until or f"{year:04d}-12"
    if until[:4] != f"{year:04d}":
        raise Refused(PeriodOutsideYear(until, year))
    found = _page(ask, lambda conn: views.vouchers(conn, project, year, until, after, PAGE), after)
    ask.require("read-vouchers", found["unit"] or NOBODYS)
    judged = ask.read(lambda conn: views.judgements(conn, year, project))
    lang = language_of(request)
    return PAGES.render(
        request,
        "vouchers.html",
        title=say("page.vouchers.title", lang, project=project),
        as_of=ask.read(views.as_of),
        found=found,
        judgement=next((row for row in reversed(judged) if row["period"] == found["until"]), None),
        address=_address,
        telling=Telling(PAGES.words, lang, found["currency"]),
    )


@router.get("/ledger/conflicts")
def conflicts(ask: Ask, request: Request, after: After = None) -> Response:
    """What stands beside what came later."""
    ask.require("read-ledger", NOBODYS)
    rows, following = _page(ask, lambda conn: views.conflicts(conn, after, PAGE), after)
    return PAGES.render(
        request,
        "conflicts.html",
        title=say("page.conflicts.title", language_of(request)),
        as_of=ask.read(views.as_of),
        rows=rows,
        following=following,
        address=_address,
    )


def _page(ask: Asking, query: Callable[[Connection], Any], after: str | None) -> Any:
    try:
        return ask.read(query)
    except ValueError:
        raise Refused(PlaceUnknown(after or "")) from None


def _address(path: str, **fields: object) -> str:
    kept = {name: value for name, value in fields.items() if value is not None}
    return f"{path}?{urlencode(kept)}" if kept else path
