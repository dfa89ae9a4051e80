"""Pages for everybody: the year, its projects, a project's story, a unit, an event. The rows are the API's; no token, no script."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backbone.web.asking import Ask
from backbone.web.languages import language_of
from backbone.web.layout import address_of, organisations_of
from backbone.web.problems import Refused
from contracts.authority import permit
from contracts.kinds import Code, Year
from services.publishing import handlers, views
from services.publishing.domain.refusals import EventNotPublic, ProjectNotPublished, UnitNotPublished, YearNotPublished
from services.publishing.pages import PAGES, drawings
from services.publishing.pages.telling import Telling, short

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say

Query100 = Annotated[str, Query(max_length=100)]
CURVE_FROM = 2
"""A curve needs two months."""


@router.get("/")
def home(ask: Ask, request: Request) -> Response:
    """The latest year, or a page that says that there is none yet."""
    years = ask.read(views.years)
    if years:
        return RedirectResponse(f"/{years[0]}", 302, headers={"Cache-Control": "no-cache"})
    title = say("page.nothing.title", language_of(request))
    return PAGES.render(request, "nothing.html", title=title, as_of=ask.read(views.as_of))


@router.get("/projects")
def latest_projects(ask: Ask) -> Response:
    """The projects of the latest year."""
    years = ask.read(views.years)
    return RedirectResponse(f"/{years[0]}/projects" if years else "/", 302, headers={"Cache-Control": "no-cache"})


@router.get("/{year:int}")
def overview(ask: Ask, request: Request, year: Year) -> Response:
    """The year's sums, its months, grades and units."""
    lang = language_of(request)
    found, years = ask.read(lambda conn: (views.overview(conn, year), views.years(conn)))
    if found is None:
        raise Refused(YearNotPublished(year))
    return PAGES.render(
        request,
        "overview.html",
        title=say("page.overview.title", lang, year=year),
        as_of=found["as_of"],
        year=year,
        found=found,
        other_years=[each for each in years if each != year],
        paid_chart=drawings.paid_by_month(found, PAGES.words, lang),
        grades_chart=drawings.grades(found, PAGES.words, lang),
        quote=_quoted,
    )


@router.get("/{year:int}/projects")
def projects(
    ask: Ask, request: Request, year: Year, q: Query100 = "", grade: Query100 = "", after: Query100 = ""
) -> Response:
    """The list, with a search that two Chinese characters are enough for."""
    lang = language_of(request)
    asked = views.Search(q, grade=grade or None, after=after, named=tuple(organisations_of(request).known(q)))
    found, grades = ask.read(lambda conn: (views.projects(conn, year, asked), views.grades(conn, year)))

    def address(**changed: str | None) -> str:
        fields = {"q": q, "grade": grade, **changed}
        kept = {name: value for name, value in fields.items() if value}
        return f"/{year}/projects" + (f"?{urlencode(kept)}" if kept else "")

    return PAGES.render(
        request,
        "projects.html",
        title=say("page.projects.title", lang, year=year),
        as_of=found["as_of"],
        year=year,
        found=found,
        q=q,
        grade=grade,
        after=after,
        grades=grades,
        address=address,
        quote=_quoted,
    )


@router.get("/{year:int}/projects/{project}")
def project(ask: Ask, request: Request, year: Year, project: Code) -> Response:
    """A project from its goal to its score."""
    lang = language_of(request)
    found = ask.read(lambda conn: views.project(conn, year, project))
    if found is None:
        raise Refused(ProjectNotPublished(project, year))
    telling = Telling(PAGES.words, lang, organisations_of(request))
    published = json.loads(found["document"])
    goals = published["adjustments"][-1] if published["adjustments"] else published["goal"]
    reached = published["months"][-1]["values"] if published["months"] else {}
    return PAGES.render(
        request,
        "project.html",
        title=found["name"],
        as_of=found["as_of"],
        year=year,
        found=found,
        score=published["result"],
        sources=_sources(found),
        indicators=[{**indicator, "actual": reached.get(indicator["id"])} for indicator in goals["annual"]],
        story=[(step, telling.tell(step["type"], step["data"])) for step in found["story"]],
        chart=drawings.money_beside_results(found, PAGES.words, lang) if len(found["months"]) >= CURVE_FROM else None,
        telling=telling,
        quote=_quoted,
    )


@router.get("/{year:int}/units/{unit}")
def unit(ask: Ask, request: Request, year: Year, unit: Code) -> Response:
    """A unit's published projects and money."""
    lang = language_of(request)
    found = ask.read(lambda conn: views.unit(conn, year, unit))
    if found is None:
        raise Refused(UnitNotPublished(unit, year))
    drawn = [row for row in found["rows"] if row["currency"] == found["currency"]][: drawings.MOST_BARS]
    return PAGES.render(
        request,
        "unit.html",
        title=say("page.unit.title", lang, unit=organisations_of(request).name(unit, lang), year=year),
        as_of=found["as_of"],
        year=year,
        found=found,
        chart=drawings.budget_and_paid(drawn, PAGES.words, lang),
        quote=_quoted,
    )


@router.get("/events/{id}")
def event(ask: Ask, request: Request, id: UUID) -> Response:
    """One event: what it says in words, its envelope, and the record's own JSON."""
    actor = ask.anybody
    found = ask.read(lambda conn: views.event(conn, id))
    if found is None or not (found["public"] or handlers.may_read_held(actor)):
        raise Refused(EventNotPublic(str(id)))
    lang = language_of(request)
    telling = Telling(PAGES.words, lang, organisations_of(request))
    data = found["data"]
    told = telling.tell(found["type"], data)
    vouchers = None
    if actor and short(found["type"]) == "MonthJudged" and permit(actor, "read-vouchers", "county") is None:
        query = urlencode({"project": data["project"], "year": data["year"], "until": data["period"]})
        vouchers = f"{address_of('monitoring', 'publishing', request)}/ledger/vouchers?{query}"
    return PAGES.render(
        request,
        "event.html",
        title=told.title,
        as_of=ask.read(views.as_of),
        found=found,
        told=told,
        telling=telling,
        details=telling.details(found["type"], data),
        vouchers=vouchers,
        recorded=json.dumps(data, ensure_ascii=False, indent=2),
        quote=_quoted,
    )


def _sources(found: views.Row) -> dict[str, Any]:
    """The event that each figure of a project's head came from: the budget's, the score's, the last month's."""
    budget = [step["event"] for step in found["story"] if short(step["type"]) in ("GoalApproved", "GoalAdjusted")]
    return {
        "budget": budget[-1],
        "paid": found["months"][-1]["event"] if found["months"] else found["evaluation"],
        "score": found["evaluation"],
    }


def _quoted(code: str) -> str:
    """A code as a part of a path."""
    return quote(code, safe="")
