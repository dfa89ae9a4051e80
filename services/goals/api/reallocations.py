"""Commands about freed money: propose to give it to a project, approve, reject."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from backbone.record.transaction import Outcome, Transaction
from backbone.web.asking import Ask
from contracts.decision import Refusal
from contracts.event import project_stream
from contracts.kinds import Code, Text
from services.goals import handlers
from services.goals.api.bodies import ApprovalBody, Body, FiscalYear, ProjectCode, ReasonBody, Yuan, asked, fen
from services.goals.domain.reallocation import ApproveReallocation, RejectReallocation

router = APIRouter(prefix="/api/projects/{year}/{project}/reallocations", tags=["reallocations"])

Number = Annotated[int, Path(ge=1, le=10_000, description="number of the proposal")]


class ProposalBody(Body):
    """Which project is to receive how much of what was freed (in yuan), and why."""

    to: Code
    amount: Yuan
    reason: Text


@router.post("")
def propose(ask: Ask, year: FiscalYear, project: ProjectCode, body: ProposalBody) -> Response:
    """Propose to give money that the stop of `project` freed to another; the answer has the proposal's number."""
    number: dict[str, Any] = {}

    def work(tx: Transaction) -> Outcome | Refusal:
        freed = tx.state(handlers.REALLOCATION, project_stream(project, year))
        result = handlers.propose_reallocation(
            tx, project, year, body.to, fen(body.amount, freed.currency), body.reason
        )
        if isinstance(result, Outcome):
            state = tx.state(handlers.REALLOCATION, result.stream)
            number["reallocation"] = state.proposals[-1].proposed.reallocation
        return result

    return ask.command("propose-reallocation", asked(project, year, body), work, extra=lambda _: number)


@router.post("/{reallocation}/approval")
def approve(ask: Ask, year: FiscalYear, project: ProjectCode, reallocation: Number, body: ApprovalBody) -> Response:
    """Approve a proposal on a document."""
    command = ApproveReallocation(project, year, reallocation=reallocation, document=body.document)
    said = asked(project, year, body, reallocation=reallocation)
    return ask.command("approve-reallocation", said, lambda tx: handlers.decide_reallocation(tx, command))


@router.post("/{reallocation}/rejection")
def reject(ask: Ask, year: FiscalYear, project: ProjectCode, reallocation: Number, body: ReasonBody) -> Response:
    """Reject a proposal; its money is free again."""
    command = RejectReallocation(project, year, reallocation=reallocation, reason=body.reason)
    said = asked(project, year, body, reallocation=reallocation)
    return ask.command("reject-reallocation", said, lambda tx: handlers.decide_reallocation(tx, command))
