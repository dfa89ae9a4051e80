"""Commands about declarations: submit, review, return, approve."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from backbone.record.transaction import Outcome, Transaction
from backbone.web.asking import Ask
from contracts.decision import Refusal
from contracts.goals import BudgetItem, ExAnteEvaluation, MediumTermGoal
from contracts.kinds import Code, Currency, Said, Text
from services.goals import handlers
from services.goals.api.bodies import (
    ApprovalBody,
    Body,
    ExAnteBody,
    FiscalYear,
    IndicatorBody,
    ItemBody,
    MediumTermBody,
    ProjectCode,
    ReasonBody,
    Yuan,
    asked,
    fen,
    indicators,
)
from services.goals.domain.declaration import ApproveGoal, ReturnDeclaration, SubmitDeclaration

router = APIRouter(prefix="/api/projects/{year}/{project}", tags=["declarations"])


class DeclarationBody(Body):
    """A declaration (绩效目标申报); money in yuan. The department is the unit itself where none is named."""

    name: Said
    unit: Code
    department: Code | None = None
    kind: Literal["new", "continuing"]
    years: Annotated[int, Field(ge=1, le=30)] = 1
    budget: Yuan
    currency: Currency = "CNY"
    tags: tuple[Said, ...] = ()
    transfer_to: Code | None = None
    scheme: Code = "mof-2020-10"
    ex_ante: ExAnteBody | None = None
    annual: tuple[IndicatorBody, ...]
    items: tuple[ItemBody, ...] = ()
    medium_term: tuple[MediumTermBody, ...] = ()

    def command(self, project: str, year: int) -> SubmitDeclaration:
        """What is asked, money in fen."""
        return SubmitDeclaration(
            project=project,
            year=year,
            name=self.name,
            unit=self.unit,
            department=self.department or self.unit,
            kind=self.kind,
            years=self.years,
            budget=fen(self.budget, self.currency),
            annual=indicators(self.annual),
            items=tuple(BudgetItem(name=i.name, amount=fen(i.amount, self.currency)) for i in self.items),
            medium_term=tuple(MediumTermGoal(**dict(goal)) for goal in self.medium_term),
            ex_ante=ExAnteEvaluation(**dict(self.ex_ante)) if self.ex_ante else None,
            currency=self.currency,
            tags=self.tags,
            transfer_to=self.transfer_to,
            scheme=self.scheme,
        )


class ReviewBody(Body):
    """What finance adds to the findings."""

    reason: Text = ""


@router.post("/declarations")
def submit(ask: Ask, year: FiscalYear, project: ProjectCode, body: DeclarationBody) -> Response:
    """A unit declares a project's goals with its budget."""
    command = body.command(project, year)
    return ask.command("submit-goal", asked(project, year, body), lambda tx: handlers.submit_declaration(tx, command))


@router.post("/review")
def review(ask: Ask, year: FiscalYear, project: ProjectCode, body: ReviewBody | None = None) -> Response:
    """Finance reviews the submitted declaration by the rule set in force; the answer has decision and findings."""
    body = body or ReviewBody()
    reviewed: dict[str, Any] = {}

    def work(tx: Transaction) -> Outcome | Refusal:
        result = handlers.review_declaration(tx, project, year, body.reason)
        if isinstance(result, Outcome):
            state = handlers.declaration_of(tx, result.stream)
            reviewed["decision"] = _DECISIONS[state.status]
            reviewed["findings"] = [finding.model_dump() for finding in state.findings]
        return result

    return ask.command("review-goal", asked(project, year, body), work, extra=lambda _: reviewed)


@router.post("/return")
def send_back(ask: Ask, year: FiscalYear, project: ProjectCode, body: ReasonBody) -> Response:
    """Finance sends a declaration back to its unit by hand."""
    command = ReturnDeclaration(project, year, reason=body.reason)
    return ask.command("return-goal", asked(project, year, body), lambda tx: handlers.return_declaration(tx, command))


@router.post("/approval")
def approve(ask: Ask, year: FiscalYear, project: ProjectCode, body: ApprovalBody) -> Response:
    """Finance approves goals and budget together."""
    command = ApproveGoal(project, year, document=body.document)
    return ask.command("approve-goal", asked(project, year, body), lambda tx: handlers.approve_goal(tx, command))


_DECISIONS = {"passed": "pass", "approved": "pass", "returned": "return", "refused": "refuse"}
