"""The ledger's front page with its months and sources, and the vouchers behind a project's figure with their digest made anew."""

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
from services.monitoring.domain.ledger_refusals import PlaceUnknown
from services.monitoring.domain.refusals import PeriodOutsideYear
from services.monitoring.domain.seeing import NOBODYS
from services.monitoring.pages import PAGES
from services.monitoring.pages.telling import Telling
from services.monitoring.views import ledger as ledger_views

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
After = Annotated[str | None, Query(max_length=400)]
PAGE = 100


@router.get("/ledger")
def ledger(ask: Ask, request: Request, year: Year | None = None) -> Response:
    """A year's months with the ways to its other totals, and the projects paid without an approved goal."""
    ask.require("read-ledger", NOBODYS)
    years = ask.read(ledger_views.years)
    year = year or (years[0] if years else None)
    return PAGES.render(
        request,
        "ledger.html",
        title=say("page.ledger.title", language_of(request)),
        as_of=ask.read(views.as_of),
        months=ask.read(lambda conn: ledger_views.months(conn, year)) if year else [],
        year=year,
        other_years=[each for each in years if each != year],
        unapproved=ask.read(lambda conn: views.unapproved(conn, year)) if year else [],
        address=address,
    )


@router.get("/ledger/sources")
def sources(ask: Ask, request: Request) -> Response:
    """Every source with its totals, added up from its vouchers while one waits: about a second for some millions."""
    ask.require("read-ledger", NOBODYS)
    return PAGES.render(
        request,
        "sources.html",
        title=say("page.ledger.sources", language_of(request)),
        as_of=ask.read(views.as_of),
        sources=ask.read(views.sources),
    )


@router.get("/ledger/vouchers")
def vouchers(
    ask: Ask, request: Request, project: Code, year: Year, until: Period | None = None, after: After = None
) -> Response:
    """The vouchers behind a figure."""
    until = until or f"{year:04d}-12"
    if until[:4] != f"{year:04d}":
        raise Refused(PeriodOutsideYear(until, year))
    found = page_of(ask, after, lambda conn: views.vouchers(conn, project, year, until, after, PAGE))
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
        address=address,
        telling=Telling(PAGES.words, lang, found["currency"]),
    )


def page_of(ask: Asking, after: str | None, query: Callable[[Connection], Any]) -> Any:
    """A page of a list; a 400 problem where `after` is no place that a page gave."""
    try:
        return ask.read(query)
    except ValueError:
        raise Refused(PlaceUnknown(after or "")) from None


def address(path: str, **fields: object) -> str:
    """A page's address with those of the fields that there are; an empty one says something."""
    kept = {name: value for name, value in fields.items() if value is not None}
    return f"{path}?{urlencode(kept)}" if kept else path
