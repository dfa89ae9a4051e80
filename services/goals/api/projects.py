"""Queries: the projects of a year, one project with its submissions, reviews, adjustments and history."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from psycopg import Connection

from backbone.web.asking import Ask
from backbone.web.problems import Refused
from contracts.authority import permit
from contracts.kinds import Year
from services.goals import views
from services.goals.api.bodies import FiscalYear, ProjectCode
from services.goals.api.shapes import shaped, submitted
from services.goals.domain.refusals import NotDeclared

router = APIRouter(prefix="/api/projects", tags=["projects"])

Status = Literal["submitted", "passed", "returned", "refused", "approved"]


@router.get("")
def projects(
    ask: Ask,
    year: Annotated[Year, Query()],
    after: str | None = None,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """The projects of a year that the reader may see, by code; `next` is the cursor of the next page."""
    org = views.reach(ask.require("read-project", ask.actor.org))
    rows = ask.read(lambda conn: views.projects(conn, year, org=org, after=after, status=status, limit=limit + 1))
    page = [shaped(row) for row in rows[:limit]]
    return {"projects": page, "next": page[-1]["project"] if len(rows) > limit else None}


@router.get("/{year}/{project}")
def project(ask: Ask, year: FiscalYear, project: ProjectCode) -> dict[str, Any]:
    """One project: where it stands, what was declared, every review round, every adjustment, its history."""
    actor = ask.actor
    found = ask.read(lambda conn: _whole(conn, year, project))
    if found is None:
        raise Refused(NotDeclared(project, year))
    if (refusal := permit(actor, "read-project", found["unit"])) is not None:
        raise Refused(refusal)
    return found


def _whole(conn: Connection[Any], year: int, code: str) -> dict[str, Any] | None:
    row = views.project(conn, year, code)
    if row is None:
        return None
    currency = row["currency"]
    return {
        **shaped(row),
        "submissions": [submitted(each) for each in views.submissions(conn, year, code)],
        "reviews": [shaped(each) for each in views.reviews(conn, year, code)],
        "adjustments": [shaped(each, currency) for each in views.adjustments(conn, year, code)],
        "history": [
            {"id": str(each.id), "type": each.event.type_name(), "day": each.day.isoformat()}
            for each in views.history(conn, year, code)
        ],
    }
