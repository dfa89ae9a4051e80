"""What was judged: projects, their months, deviations and corrections, the recommendations that wait, single events."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from backbone.web.asking import Ask, Asking
from backbone.web.problems import Refused
from contracts.decision import Refusal
from contracts.kinds import Code, Period, Year
from contracts.monitoring import FindingLevel
from services.monitoring import views
from services.monitoring.api import shapes
from services.monitoring.domain.refusals import EventUnknown, ProjectUnknown
from services.monitoring.domain.seeing import bound_to, see, whose
from services.monitoring.views import filters
from services.monitoring.views.filters import Filters

router = APIRouter(prefix="/api", tags=["projects"])
Limit = Annotated[int, Query(ge=1, le=1000)]
After = Annotated[str, Query(max_length=400)]
Words = Annotated[str, Query(max_length=100)]


@router.get("/projects")
def projects(
    ask: Ask,
    year: Year,
    unit: Code | None = None,
    department: Code | None = None,
    month: Period | None = None,
    rule: Code | None = None,
    level: FindingLevel | None = None,
    state: filters.State | None = None,
    q: Words | None = None,
    after: After = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """One page of a year's projects, by the filters of the page `/{year}/projects`; `next` is the `after` of the next page.

    With `month`, `level` and `rule` are of that month's latest judgement, without it of what stands open. `count` stops at
    10,000: 10,001 says that there are more.
    """
    org = _bound(ask)
    asked = Filters(unit, department, month, rule, level, state, q)
    rows, count = ask.read(
        lambda conn: (filters.page(conn, year, org, asked, after, limit + 1), filters.count(conn, year, org, asked))
    )
    shown = rows[:limit]
    return {
        "projects": shapes.plain(shown),
        "count": count,
        "next": shown[-1]["project"] if len(rows) > limit else None,
    }


@router.get("/projects/{year}/{project}")
def project(ask: Ask, year: Year, project: Code) -> dict[str, Any]:
    """A project whole."""
    return shapes.project(_seen(ask, year, project))


@router.get("/projects/{year}/{project}/judgements")
def judgements(ask: Ask, year: Year, project: Code) -> dict[str, Any]:
    """Every judgement, the earlier ones of a month beside the later."""
    row = _seen(ask, year, project)
    rows = ask.read(lambda conn: views.judgements(conn, year, project))
    return {"project": project, "year": year, "judgements": shapes.plain(rows, row["currency"])}


@router.get("/recommendations")
def recommendations(ask: Ask, year: Year) -> dict[str, Any]:
    """Suspensions and stops recommended that nobody has answered."""
    org = _bound(ask)
    rows = ask.read(lambda conn: views.recommendations(conn, year, org))
    return {"recommendations": shapes.plain(rows)}


@router.get("/events/{id}")
def event(ask: Ask, id: UUID) -> dict[str, Any]:
    """One event as it stands in the record."""
    row = ask.read(lambda conn: views.event(conn, id))
    _hold(see(ask.actor, "read-project", row and whose(row, ask.actor), EventUnknown(str(id))))
    return shapes.event(row)


def _seen(ask: Asking, year: int, project: str) -> views.Row:
    row = ask.read(lambda conn: views.project(conn, year, project))
    _hold(see(ask.actor, "read-project", row and row["unit"], ProjectUnknown(project, year)))
    return row


def _bound(ask: Asking) -> str | None:
    bound = bound_to(ask.actor, "read-project")
    if isinstance(bound, Refusal):
        raise Refused(bound)
    return bound


def _hold(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)
