"""The monitoring office's pages: what needs a decision now, the projects of a year, a project with its curves and its story, an event."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backbone.web.asking import Ask, Asking
from backbone.web.languages import language_of
from backbone.web.problems import Refused
from contracts.decision import Refusal
from contracts.kinds import Code, Year
from services.monitoring import views
from services.monitoring.domain.refusals import EventUnknown, ProjectUnknown
from services.monitoring.domain.seeing import bound_to, see
from services.monitoring.pages import PAGES, drawings
from services.monitoring.pages.telling import LEVEL_TONES, Telling

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
PAGE = 50
CURVE_FROM = 2
"""A curve needs two months."""


@router.get("/")
def home(ask: Ask, request: Request) -> Response:
    """The latest year, or a page that says that there is none yet."""
    _bound(ask)
    years = ask.read(views.years)
    if years:
        return RedirectResponse(f"/{years[0]}", 302, headers={"Cache-Control": "no-cache"})
    title = say("page.nothing.title", language_of(request))
    return PAGES.render(request, "nothing.html", title=title, as_of=ask.read(views.as_of))


@router.get("/{year:int}")
def desk(ask: Ask, request: Request, year: Year) -> Response:
    """Recommendations to decide on, corrections under way, open deviations."""
    org = _bound(ask)
    lang = language_of(request)
    return PAGES.render(
        request,
        "desk.html",
        title=say("page.desk.title", lang, year=year),
        as_of=ask.read(views.as_of),
        year=year,
        other_years=[each for each in ask.read(views.years) if each != year],
        recommendations=ask.read(lambda conn: views.recommendations(conn, year, org)),
        corrections=ask.read(lambda conn: views.waiting_corrections(conn, year, org)),
        deviations=ask.read(lambda conn: views.open_deviations(conn, year, org)),
        telling=Telling(PAGES.words, lang),
        tones=LEVEL_TONES,
        quote=_quoted,
    )


@router.get("/{year:int}/projects")
def projects(ask: Ask, request: Request, year: Year, after: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The year's projects with money, results and state."""
    org = _bound(ask)
    lang = language_of(request)
    rows = ask.read(lambda conn: views.projects(conn, year, org, after, PAGE + 1))
    return PAGES.render(
        request,
        "projects.html",
        title=say("page.projects.title", lang, year=year),
        as_of=ask.read(views.as_of),
        year=year,
        rows_of_page=rows[:PAGE],
        following=rows[PAGE - 1]["project"] if len(rows) > PAGE else None,
        quote=_quoted,
    )


@router.get("/{year:int}/projects/{project}")
def project(ask: Ask, request: Request, year: Year, project: Code) -> Response:
    """A project: its two curves, its months, deviations, corrections, and everything that happened."""
    found = ask.read(lambda conn: views.project(conn, year, project))
    _hold(see(ask.actor, "read-project", found and found["unit"], ProjectUnknown(project, year)))
    lang = language_of(request)
    telling = Telling(PAGES.words, lang, found["currency"])
    story = ask.read(lambda conn: views.story(conn, year, project))
    judged = Counter(row["period"] for row in ask.read(lambda conn: views.judgements(conn, year, project)))
    values = found["periods"][-1]["indicator_values"] if found["periods"] else {}
    return PAGES.render(
        request,
        "project.html",
        title=found["name"],
        as_of=ask.read(views.as_of),
        year=year,
        found=found,
        chart=drawings.money_beside_results(found, PAGES.words, lang) if len(found["periods"]) >= CURVE_FROM else None,
        judged_again=[(period, times) for period, times in sorted(judged.items()) if times > 1],
        indicators=[
            {**each, "actual": values.get(each["id"])}
            for each in found["indicators"]
            if each["type"] == "quantitative" and each["target"] is not None
        ],
        story=[(step, telling.tell(step["type"], step["data"])) for step in reversed(story)],
        telling=telling,
        tones=LEVEL_TONES,
        quote=_quoted,
    )


@router.get("/events/{id}")
def event(ask: Ask, request: Request, id: UUID) -> Response:
    """One event: what it says in words, and the record's own JSON."""
    found = ask.read(lambda conn: views.event(conn, id))
    _hold(see(ask.actor, "read-project", found and found["unit"], EventUnknown(str(id))))
    lang = language_of(request)
    told = Telling(PAGES.words, lang, found["data"].get("currency") or "CNY").tell(found["type"], found["data"])
    _, code, year = found["stream"].split("/")
    return PAGES.render(
        request,
        "event.html",
        title=told.title,
        as_of=ask.read(views.as_of),
        found=found,
        told=told,
        project=code,
        year=year,
        recorded=json.dumps(found["data"], ensure_ascii=False, indent=2),
        quote=_quoted,
    )


def _bound(ask: Asking) -> str | None:
    bound = bound_to(ask.actor, "read-project")
    if isinstance(bound, Refusal):
        raise Refused(bound)
    return bound


def _hold(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)


def _quoted(text: str) -> str:
    return quote(text, safe="")
