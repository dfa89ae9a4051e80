"""Projects: score one, list a year's, read one with its evaluations."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from psycopg import Connection

from backbone.record.transaction import Outcome, Transaction
from backbone.web.asking import Ask
from backbone.web.problems import BadRequest, Refused
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.evaluation import EvaluationCompleted
from contracts.kinds import Year
from services.evaluation import handlers, views
from services.evaluation.api.bodies import EvaluationBody, FiscalYear, ProjectCode, asked
from services.evaluation.api.shapes import shaped
from services.evaluation.domain.project import LevelGiven

router = APIRouter(prefix="/api/projects", tags=["projects"])


@router.post("/{year}/{project}/evaluation")
def evaluate(ask: Ask, year: FiscalYear, project: ProjectCode, body: EvaluationBody | None = None) -> Response:
    """An evaluator or finance scores the project; the answer has total, grade and what follows from it."""
    body = body or EvaluationBody()
    levels = {name: LevelGiven(given.level, given.share) for name, given in body.qualitative.items()}

    def work(tx: Transaction) -> Outcome | Refusal:
        return handlers.evaluate_project(tx, project, year, levels, body.target_set_low)

    return ask.command("evaluate-project", asked(body, project=project, year=year), work, extra=_said)


@router.get("")
def projects(
    ask: Ask,
    year: Annotated[Year, Query()],
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """The projects of a year that the reader may see, by code, with grade and total; `next` is the cursor of the next page."""
    org = views.reach(ask.require("read-project", ask.actor.org))
    rows = ask.read(lambda conn: views.projects(conn, year, org=org, after=after, limit=limit + 1))
    page = [shaped(row) for row in rows[:limit]]
    return {"projects": page, "next": page[-1]["project"] if len(rows) > limit else None}


@router.get("/{year}/{project}")
def project(ask: Ask, year: FiscalYear, project: ProjectCode) -> dict[str, Any]:
    """One project: what was heard of it, its latest `evaluation` (null before the first) and the `earlier` ones."""
    actor = ask.actor
    found = ask.read(lambda conn: _whole(conn, year, project))
    if found is None:
        raise BadRequest("request.project-unknown", 404, project=project, year=year)
    if (refusal := permit(actor, "read-project", found["unit"])) is not None:
        raise Refused(refusal)
    return found


def _said(outcome: Outcome) -> dict[str, Any]:
    for recorded in outcome.events:
        if isinstance(recorded.event, EvaluationCompleted):
            result = recorded.event
            return {"total": format(result.total, "f"), "grade": result.grade, "consequence": result.consequence}
    return {}


def _whole(conn: Connection[Any], year: int, code: str) -> dict[str, Any] | None:
    row = views.project(conn, year, code)
    if row is None:
        return None
    results = [shaped(each, row["currency"]) for each in views.evaluations(conn, year, code)]
    return {**shaped(row), "evaluation": results[0] if results else None, "earlier": results[1:]}
