"""Commands about adjustments: apply, approve, reject."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from backbone.record.transaction import Outcome, Transaction
from backbone.web.asking import Ask
from contracts.decision import Refusal
from contracts.event import project_stream
from contracts.kinds import Text
from services.goals import handlers
from services.goals.api.bodies import (
    ApprovalBody,
    Body,
    FiscalYear,
    IndicatorBody,
    ProjectCode,
    ReasonBody,
    Yuan,
    asked,
    fen,
    indicators,
)
from services.goals.domain.adjustment import ApproveAdjustment, Cause, GoalsAndBudget, RejectAdjustment

router = APIRouter(prefix="/api/projects/{year}/{project}/adjustments", tags=["adjustments"])

Number = Annotated[int, Path(ge=1, le=10_000, description="number of the application")]


class ApplicationBody(Body):
    """An application to adjust goals and budget; the budget in yuan, the indicators whole."""

    cause: Cause
    reason: Text
    budget: Yuan
    annual: tuple[IndicatorBody, ...]


@router.post("")
def apply(ask: Ask, year: FiscalYear, project: ProjectCode, body: ApplicationBody) -> Response:
    """A unit applies to adjust; the answer has the number of its application."""
    number: dict[str, Any] = {}

    def work(tx: Transaction) -> Outcome | Refusal:
        changed = _goals_and_budget(tx, body, project, year)
        result = handlers.apply_for_adjustment(tx, project, year, body.cause, body.reason, changed)
        if isinstance(result, Outcome):
            number["adjustment"] = handlers.goal_of(tx, result.stream).applications[-1].applied.adjustment
        return result

    return ask.command("apply-for-adjustment", asked(project, year, body), work, extra=lambda _: number)


@router.post("/{adjustment}/approval")
def approve(ask: Ask, year: FiscalYear, project: ProjectCode, adjustment: Number, body: ApprovalBody) -> Response:
    """Finance approves an application: goals and budget change together."""
    command = ApproveAdjustment(project, year, adjustment=adjustment, document=body.document)
    said = asked(project, year, body, adjustment=adjustment)
    return ask.command("approve-adjustment", said, lambda tx: handlers.decide_adjustment(tx, command))


@router.post("/{adjustment}/rejection")
def reject(ask: Ask, year: FiscalYear, project: ProjectCode, adjustment: Number, body: ReasonBody) -> Response:
    """Finance rejects an application."""
    command = RejectAdjustment(project, year, adjustment=adjustment, reason=body.reason)
    said = asked(project, year, body, adjustment=adjustment)
    return ask.command("reject-adjustment", said, lambda tx: handlers.decide_adjustment(tx, command))


def _goals_and_budget(tx: Transaction, body: ApplicationBody, project: str, year: int) -> GoalsAndBudget:
    """The goals and budget applied for, in the minor units of the project's own currency."""
    declared = handlers.goal_of(tx, project_stream(project, year)).declared
    budget = fen(body.budget, declared.currency if declared else "CNY")
    return GoalsAndBudget(budget=budget, annual=indicators(body.annual))
