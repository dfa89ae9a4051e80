"""Projects: the evaluations of a year, and one project's score with the indicators behind it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from psycopg import Connection

from backbone.web.asking import Ask
from backbone.web.languages import language_of
from backbone.web.problems import BadRequest, Refused
from contracts.authority import permit
from contracts.decision import NotPermitted
from contracts.kinds import Code, Year
from services.evaluation import handlers, views
from services.evaluation.pages import PAGES
from services.evaluation.pages.drawings import by_grade

router = APIRouter(include_in_schema=False)

PER_PAGE = 100


@router.get("/", response_class=HTMLResponse)
def projects(
    ask: Ask,
    request: Request,
    year: Annotated[Year | None, Query()] = None,
    after: Annotated[Code | None, Query()] = None,
) -> Response:
    """The projects of a year that the reader may see, with their scores; and the way to the year's assessment of units."""
    actor = ask.require("read-project", ask.actor.org)
    org, lang = views.reach(actor), language_of(request)

    def found(conn: Connection[Any]) -> dict[str, Any]:
        years = views.years(conn)
        shown = year or (years[0] if years else None)
        fields: dict[str, Any] = {
            "years": years,
            "year": shown,
            "as_of": views.as_of(conn),
            "rows": [],
            "grades": {},
            "assessment": None,
        }
        if shown is not None:
            opened = views.assessment(conn, shown)
            seen = opened and not isinstance(views.sees(actor, handlers.scheme_of(opened["scheme"])), NotPermitted)
            fields |= {
                "rows": views.projects(conn, shown, org=org, after=after, limit=PER_PAGE + 1),
                "grades": views.grades(conn, shown, org),
                "assessment": opened if seen else None,
            }
        return fields

    fields = ask.read(found)
    rows, grades = fields.pop("rows"), fields.pop("grades")
    return PAGES.render(
        request,
        "evaluations.html",
        title=PAGES.words.say("page.evaluations.title", lang),
        projects=rows[:PER_PAGE],
        next=rows[PER_PAGE - 1]["project"] if len(rows) > PER_PAGE else None,
        after=after,
        chart=by_grade(grades, PAGES.words, lang),
        waiting=grades.get(None, 0),
        **fields,
    )


@router.get("/projects/{year}/{project}", response_class=HTMLResponse)
def project(ask: Ask, request: Request, year: Year, project: Code) -> Response:
    """A project's score: parts, indicators, what follows, the events that it rests on, earlier evaluations."""
    actor = ask.actor
    row, results, as_of = ask.read(
        lambda conn: (views.project(conn, year, project), views.evaluations(conn, year, project), views.as_of(conn))
    )
    if row is None:
        raise BadRequest("request.project-unknown", 404, project=project, year=year)
    if (refusal := permit(actor, "read-project", row["unit"])) is not None:
        raise Refused(refusal)
    return PAGES.render(
        request,
        "project.html",
        title=row["name"],
        as_of=as_of,
        project=row,
        result=results[0] if results else None,
        earlier=results[1:],
    )
