"""Goals' pages: the list of a year, and a project."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from psycopg import Connection

from backbone.web.asking import Ask, Asking
from backbone.web.languages import language_of
from backbone.web.problems import Refused
from contracts.authority import permit
from contracts.kinds import Code, Year
from services.goals import views
from services.goals.domain.refusals import NotDeclared
from services.goals.pages import PAGES
from services.goals.pages.story import story

router = APIRouter(include_in_schema=False)

PER_PAGE = 100
Status = Literal["submitted", "passed", "returned", "refused", "approved"]


@router.get("/", response_class=HTMLResponse)
def projects(
    ask: Ask,
    request: Request,
    year: Annotated[Year | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    after: str | None = None,
) -> Response:
    """The projects of a year that the reader may see, with where each declaration lies."""
    actor = ask.require("read-project", ask.actor.org)
    org = views.reach(actor)

    def found(conn: Connection[Any]) -> dict[str, Any]:
        years = views.years(conn, org)
        shown = year or (years[0] if years else None)
        if shown is None:
            return {"years": [], "year": None, "sums": [], "rows": [], "undecided": 0}
        rows = views.projects(conn, shown, org=org, after=after, status=status, limit=PER_PAGE + 1)
        undecided = len(views.undecided(conn, org))
        return {
            "years": years,
            "year": shown,
            "sums": views.sums(conn, shown, org),
            "rows": rows,
            "undecided": undecided,
        }

    fields = ask.read(found)
    rows = fields.pop("rows")
    more = rows[PER_PAGE - 1]["project"] if len(rows) > PER_PAGE else None
    title = PAGES.words.say("page.projects.title", language_of(request))
    return PAGES.render(
        request,
        "projects.html",
        title=title,
        as_of=_as_of(ask),
        projects=rows[:PER_PAGE],
        next=more,
        chosen=status,
        after=after,
        **fields,
    )


@router.get("/projects/{year}/{project}", response_class=HTMLResponse)
def project(ask: Ask, request: Request, year: Year, project: Code) -> Response:
    """A project: its declaration, the findings of each review round, its adjustments, its story."""
    actor = ask.actor
    fields = ask.read(lambda conn: _whole(conn, year, project))
    if fields is None:
        raise Refused(NotDeclared(project, year))
    if (refusal := permit(actor, "read-project", fields["project"]["unit"])) is not None:
        raise Refused(refusal)
    return PAGES.render(request, "project.html", title=fields["project"]["name"], as_of=_as_of(ask), **fields)


def _whole(conn: Connection[Any], year: int, code: str) -> dict[str, Any] | None:
    row = views.project(conn, year, code)
    if row is None:
        return None
    submissions = views.submissions(conn, year, code)
    return {
        "project": row,
        "declared": submissions[-1]["content"],
        "reviews": views.reviews(conn, year, code),
        "adjustments": views.adjustments(conn, year, code),
        "story": story(views.history(conn, year, code)),
    }


def _as_of(ask: Asking) -> date:
    """The service's business day: what is shown is as of it."""
    return ask.read(ask.transact.clock.day)
