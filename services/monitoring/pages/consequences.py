"""A page for each consequence (correction, urging, suspension, stop) with its clock and its story; and a unit's tasks with their days."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from backbone.web.asking import Ask
from backbone.web.languages import language_of
from backbone.web.problems import Refused
from contracts.kinds import Year
from services.monitoring import views
from services.monitoring.domain.deadlines import working_days_left
from services.monitoring.domain.refusals import EventUnknown
from services.monitoring.domain.seeing import see
from services.monitoring.pages import PAGES
from services.monitoring.pages.acting import acts
from services.monitoring.pages.office import bound, quoted
from services.monitoring.pages.telling import Telling
from services.monitoring.views import following

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
OWN_ACTS = {"urging": (), "suspension": ("resume", "stop"), "stop": ()}
"""What can be done of a consequence on its own page; a correction's acts name its number."""


@router.get("/consequences/{id}")
def consequence(ask: Ask, request: Request, id: UUID) -> Response:
    """One consequence: its measures, its clock, what it is about, what has happened, what can be done now."""
    found = ask.read(lambda conn: following.one(conn, id))
    if (refusal := see(ask.actor, "read-project", found and found["unit"], EventUnknown(str(id)))) is not None:
        raise Refused(refusal)
    lang = language_of(request)
    telling = Telling(PAGES.words, lang, found["currency"])
    day, story, project = ask.read(
        lambda conn: (
            views.as_of(conn),
            following.story(conn, found),
            views.project(conn, found["year"], found["project"]),
        )
    )
    own = OWN_ACTS.get(found["kind"], ())
    number = found["number"]
    possible = acts(ask, request, project) if found["outcome"] is None else []
    return PAGES.render(
        request,
        "consequence.html",
        title=say("page.consequence.title", lang, kind=found["kind"], name=found["name"]),
        as_of=day,
        year=found["year"],
        found=found,
        clock=_clock(found["until"], day) if found["outcome"] is None else None,
        grounds=[each for each in project["deviations"] if each["deviation"] in (found["deviations"] or ())],
        story=[(step, telling.tell(step["type"], step["data"])) for step in reversed(story)],
        acts_of=[each for each in possible if (number and each.of == number) or each.name in own],
        telling=telling,
        quote=quoted,
    )


@router.get("/{year:int}/tasks")
def tasks(ask: Ask, request: Request, year: Year) -> Response:
    """What a unit has to do, with the working days that are left; officials see everybody's."""
    org = bound(ask)
    lang = language_of(request)
    day, rows = ask.read(lambda conn: (views.as_of(conn), following.tasks(conn, year, org)))
    return PAGES.render(
        request,
        "tasks.html",
        title=say("page.tasks.title", lang, year=year),
        as_of=day,
        year=year,
        tasks=[(row, _clock(row["until"], day)) for row in rows],
        telling=Telling(PAGES.words, lang),
        quote=quoted,
    )


def _clock(until: date | None, day: date | None) -> int | None:
    return working_days_left(day, until) if until and day else None
