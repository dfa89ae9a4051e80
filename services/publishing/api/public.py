"""What anybody may ask: the year, its projects, a project, a unit, an event. The same rows as the pages; without a token."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from backbone.web.asking import Ask
from backbone.web.headers import with_etag
from backbone.web.layout import organisations_of
from backbone.web.problems import Refused
from contracts.kinds import Code, Year
from services.publishing import handlers, views
from services.publishing.api import shapes
from services.publishing.domain.refusals import EventNotPublic, ProjectNotPublished, UnitNotPublished, YearNotPublished

router = APIRouter(prefix="/api", tags=["public"])

Words = Annotated[str, Query(max_length=100)]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("/{year:int}")
def overview(ask: Ask, request: Request, year: Year) -> Response:
    """The year's sums over all published projects."""
    found = ask.read(lambda conn: views.overview(conn, year))
    if found is None:
        raise Refused(YearNotPublished(year))
    return _answer(request, shapes.plain(found))


@router.get("/{year:int}/projects")
def projects(
    ask: Ask,
    request: Request,
    year: Year,
    q: Words = "",
    unit: Code | None = None,
    grade: Code | None = None,
    after: Words = "",
    limit: Limit = 100,
) -> Response:
    """The published projects that a search finds; `next` is the `after` of the next page."""
    asked = views.Search(q, unit, grade, after, limit, tuple(organisations_of(request).known(q)))
    found = ask.read(lambda conn: views.projects(conn, year, asked))
    return _answer(
        request,
        {
            **shapes.plain({name: found[name] for name in ("year", "as_of", "count", "next")}),
            "projects": [shapes.project_row(row) for row in found["projects"]],
        },
    )


@router.get("/{year:int}/projects/{project}")
def project(ask: Ask, request: Request, year: Year, project: Code) -> Response:
    """A published project, whole."""
    found = ask.read(lambda conn: views.project(conn, year, project))
    if found is None:
        raise Refused(ProjectNotPublished(project, year))
    approval = next(step["data"] for step in reversed(found["story"]) if ".ResultApproved." in step["type"])
    return _answer(request, shapes.project_whole(found, json.loads(found["document"]), approval))


@router.get("/{year:int}/projects/{project}/document")
def document(ask: Ask, request: Request, year: Year, project: Code, number: int | None = None) -> Response:
    """The published document, byte for byte: its SHA-256 is the digest. `number` asks for an earlier publication."""
    found = ask.read(lambda conn: views.document(conn, year, project, number))
    if found is None:
        raise Refused(ProjectNotPublished(project, year))
    return with_etag(request, Response(found["document"].encode(), media_type="application/json"))


@router.get("/{year:int}/units/{unit}")
def unit(ask: Ask, request: Request, year: Year, unit: Code) -> Response:
    """A unit's published projects and money."""
    found = ask.read(lambda conn: views.unit(conn, year, unit))
    if found is None:
        raise Refused(UnitNotPublished(unit, year))
    rows = found.pop("rows")
    sums = {**found, "count": found["projects"], "projects": []}
    return _answer(request, {**shapes.plain(sums), "projects": [shapes.project_row(row) for row in rows]})


@router.get("/events/{id}")
def event(ask: Ask, request: Request, id: UUID) -> Response:
    """An event of a published project, as it stands in the record; officials, finance and auditors see every event."""
    found = ask.read(lambda conn: views.event(conn, id))
    if found is None or not (found["public"] or handlers.may_read_held(ask.anybody)):
        raise Refused(EventNotPublic(str(id)))
    return _answer(request, shapes.event(found))


def _answer(request: Request, body: dict[str, Any]) -> Response:
    return with_etag(request, JSONResponse(body, headers={"Cache-Control": "no-cache"}))
