"""Monitoring's pages of one project: its curves and its story, an event; and the way to the latest year."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backbone.web.asking import Ask
from backbone.web.languages import language_of
from backbone.web.problems import Refused
from contracts.decision import Refusal
from contracts.kinds import Code, Year
from services.monitoring import views
from services.monitoring.domain.refusals import EventUnknown, ProjectUnknown
from services.monitoring.domain.seeing import see, whose
from services.monitoring.pages import PAGES, acting, consequences, drawings, live, office
from services.monitoring.pages.office import bound, quoted
from services.monitoring.pages.telling import LEVEL_TONES, Telling
from services.monitoring.views import following

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
router.include_router(office.router)
router.include_router(live.router)
router.include_router(acting.router)
router.include_router(consequences.router)
say = PAGES.words.say
CURVE_FROM = 2
"""A curve needs two months."""


@router.get("/")
def home(ask: Ask, request: Request) -> Response:
    """The latest year, or a page that says that there is none yet."""
    bound(ask)
    years = ask.read(views.years)
    if years:
        return RedirectResponse(f"/{years[0]}", 302, headers={"Cache-Control": "no-cache"})
    title = say("page.nothing.title", language_of(request))
    return PAGES.render(request, "nothing.html", title=title, as_of=ask.read(views.as_of))


@router.get("/{year:int}/projects/{project}")
def project(ask: Ask, request: Request, year: Year, project: Code) -> Response:
    """A project: its two curves, its months, deviations, corrections, and everything that happened."""
    found = ask.read(lambda conn: views.project(conn, year, project))
    _hold(see(ask.actor, "read-project", found and found["unit"], ProjectUnknown(project, year)))
    lang = language_of(request)
    telling = Telling(PAGES.words, lang, found["currency"])
    story = ask.read(lambda conn: views.story(conn, year, project))
    told = [(step, telling.tell(step["type"], step["data"])) for step in story]
    events = drawings.happened(told)
    judged = Counter(row["period"] for row in ask.read(lambda conn: views.judgements(conn, year, project)))
    values = found["periods"][-1]["indicator_values"] if found["periods"] else {}
    return PAGES.render(
        request,
        "project.html",
        title=found["name"],
        as_of=ask.read(views.as_of),
        year=year,
        found=found,
        chart=drawings.money_beside_results(found, PAGES.words, lang, events)
        if len(found["periods"]) >= CURVE_FROM
        else None,
        events=events,
        judged_again=[(period, times) for period, times in sorted(judged.items()) if times > 1],
        indicators=[
            {**each, "actual": values.get(each["id"])}
            for each in found["indicators"]
            if each["type"] == "quantitative" and each["target"] is not None
        ],
        story=list(reversed(told)),
        telling=telling,
        tones=LEVEL_TONES,
        quote=quoted,
        acts_of=acting.acts(ask, request, found),
        done=acting.done(request),
        consequences=ask.read(lambda conn: following.of_project(conn, year, project)),
    )


@router.get("/events/{id}")
def event(ask: Ask, request: Request, id: UUID) -> Response:
    """One event: what it says in words, and the record's own JSON."""
    found = ask.read(lambda conn: views.event(conn, id))
    _hold(see(ask.actor, "read-project", found and whose(found, ask.actor), EventUnknown(str(id))))
    lang = language_of(request)
    told = Telling(PAGES.words, lang, found["data"].get("currency") or "CNY").tell(found["type"], found["data"])
    subject, _, named = found["stream"].partition("/")  # a project in a year, a round, or an entry of the watch list
    return PAGES.render(
        request,
        "event.html",
        title=told.title,
        as_of=ask.read(views.as_of),
        found=found,
        told=told,
        **_of_stream(subject, named, found["data"]),
        recorded=json.dumps(found["data"], ensure_ascii=False, indent=2),
        quote=quoted,
    )


def _of_stream(subject: str, named: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What an event is of, as its page leads back to it."""
    match subject:
        case "project":
            code, _, year = named.partition("/")
            return {"subject": subject, "project": code, "year": year}
        case "round":
            return {"subject": subject, "project": named, "year": None}
        case _:
            return {"subject": "watch", "project": data["subject"], "year": None}


def _hold(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)
