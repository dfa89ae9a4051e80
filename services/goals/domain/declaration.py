"""A declaration (绩效目标申报) on its way to an approved goal: submitted by its unit, reviewed, returned, refused or approved by finance.

    submitted ─▶ passed ─▶ approved          changes only by an adjustment (adjustment.py)
        │ ▲         │
        │ └─────────┴─▶ returned             the unit submits again: `submission` rises
        └─▶ refused                          no supported ex-ante evaluation, no budget

Source: 方案篇一 目标管理、事前绩效评估; 方案篇三 绩效目标审核与批复.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as validated

from contracts.decision import Context, Refusal
from contracts.event import Event, OfProject, PrivateEvent, project_stream
from contracts.goals import (
    BudgetItem,
    ExAnteEvaluation,
    GoalApproved,
    GoalRefused,
    GoalReturned,
    GoalSubmitted,
    Indicator,
    MediumTermGoal,
    ReviewFinding,
)
from contracts.kinds import Code, Currency, Fen, Text
from services.goals.domain import refusals
from services.goals.domain.declared import Declared
from services.goals.domain.review import review
from services.goals.domain.rules import DeclarationRules

Status = Literal["none", "submitted", "passed", "returned", "refused", "approved"]


class GoalPassed(OfProject, PrivateEvent):
    """A declaration passed its review (审核通过); approval with the budget is still to come. `findings` are advice.

    Example::

        {"project": "CS-2026-007", "year": 2026, "submission": 1, "rules": "declaration-1@1",
         "findings": [{"where": "canal", "rule": "no-schedule", "level": "advice"}], "reason": "",
         "passed_by": "王芳 (finance, finance)"}
    """

    owner: ClassVar[str] = "goals"

    submission: int
    rules: Text
    findings: tuple[ReviewFinding, ...]
    reason: Text = ""
    passed_by: Text


@dataclass(frozen=True, slots=True)
class OfDeclaration:
    """What all commands say: which project, in which fiscal year."""

    project: str
    year: int

    @property
    def stream(self) -> str:
        return project_stream(self.project, self.year)


@validated(frozen=True)
class SubmitDeclaration(OfDeclaration):
    """A unit declares the project's goals with its budget; money in fen. What cannot stand in the event is no command."""

    name: Text
    unit: Code
    department: Code
    kind: Literal["new", "continuing"]
    years: Annotated[int, Field(ge=1, le=30)]
    budget: Fen
    annual: tuple[Indicator, ...]
    items: tuple[BudgetItem, ...] = ()
    medium_term: tuple[MediumTermGoal, ...] = ()
    ex_ante: ExAnteEvaluation | None = None
    currency: Currency = "CNY"
    tags: tuple[Text, ...] = ()
    transfer_to: Code | None = None
    scheme: Code = "mof-2020-10"


@dataclass(frozen=True, slots=True)
class ReviewDeclaration(OfDeclaration):
    """Finance reviews the submitted declaration by the rule set in force."""

    rules: DeclarationRules
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReturnDeclaration(OfDeclaration):
    """Finance sends a declaration back for a reason that no rule found."""

    reason: str


@dataclass(frozen=True, slots=True)
class ApproveGoal(OfDeclaration):
    """Finance approves goals and budget together, on a document (批复)."""

    document: str


Command = SubmitDeclaration | ReviewDeclaration | ReturnDeclaration | ApproveGoal


@dataclass(frozen=True, slots=True)
class Declaration:
    """Where a declaration stands: its latest submission, the rules and findings of that submission's review, the last word on it."""

    status: Status = "none"
    submitted: GoalSubmitted | None = None
    rules: str = ""
    findings: tuple[ReviewFinding, ...] = ()
    ground: str = ""

    @property
    def reviewed(self) -> bool:
        """Whether the latest submission was reviewed by a rule set (a return by hand is no review)."""
        return self.rules != ""


INITIAL = Declaration()


def decide(command: Command, state: Declaration, context: Context) -> tuple[Event, ...] | Refusal:
    """The events that follow from `command`, none where it has happened already, or why it is refused."""
    match command:
        case SubmitDeclaration():
            return submit(command, state, context)
        case ReviewDeclaration():
            return review_declaration(command, state, context)
        case ReturnDeclaration():
            return send_back(command, state, context)
        case ApproveGoal():
            return approve(command, state, context)


def evolve(state: Declaration, event: Event) -> Declaration:
    """The state after `event`; what is not about the declaration leaves it as it is."""
    match event:
        case GoalSubmitted():
            return Declaration("submitted", event)
        case GoalPassed():
            return replace(state, status="passed", rules=event.rules, findings=event.findings, ground=event.reason)
        case GoalReturned():
            return replace(state, status="returned", rules=event.rules, findings=event.findings, ground=event.reason)
        case GoalRefused():
            return replace(state, status="refused", rules=event.rules, findings=event.findings, ground=event.reason)
        case GoalApproved():
            return replace(state, status="approved", ground=event.document)
        case _:
            return state


def submit(command: SubmitDeclaration, state: Declaration, context: Context) -> tuple[Event, ...] | Refusal:
    """A first declaration, or the next one after a return (方案篇三：「退回修改，直至通过」)."""
    if command.budget <= 0:
        return refusals.BudgetNotPositive(command.project, command.year, command.budget)
    before = state.submitted
    if before is None:
        return (_submission(command, 1, str(context.actor)),)
    if command.unit != before.unit:
        return refusals.ProjectOfAnotherUnit(command.project, command.year, before.unit)
    unchanged = _submission(command, before.submission, before.submitted_by) == before
    if state.status == "returned":
        if unchanged:
            return refusals.DeclarationUnchanged(command.project, command.year, before.submission)
        return (_submission(command, before.submission + 1, str(context.actor)),)
    if unchanged and state.status != "refused":
        return ()
    return _standing_in_the_way(command, state, before)


def review_declaration(command: ReviewDeclaration, state: Declaration, context: Context) -> tuple[Event, ...] | Refusal:
    """The rule set decides: a blocker refuses, a finding to mend returns, else it passes. Each submission is reviewed once."""
    submitted = state.submitted
    if submitted is None:
        return refusals.NotDeclared(command.project, command.year)
    if state.reviewed:
        return ()
    if state.status == "returned":
        return refusals.DeclarationReturned(command.project, command.year, submitted.submission)
    found = review(Declared.of(submitted), command.rules)
    of: dict[str, Any] = {
        "project": command.project,
        "year": command.year,
        "submission": submitted.submission,
        "rules": command.rules.reference,
        "findings": found.findings,
        "reason": command.reason,
    }
    match found.decision:
        case "refuse":
            return (GoalRefused(**of, refused_by=str(context.actor)),)
        case "return":
            return (GoalReturned(**of, returned_by=str(context.actor)),)
        case "pass":
            return (GoalPassed(**of, passed_by=str(context.actor)),)


def send_back(command: ReturnDeclaration, state: Declaration, context: Context) -> tuple[Event, ...] | Refusal:
    """Finance may return what the rules would pass: relevance to the unit's function is for people to judge (方案篇三)."""
    submitted = state.submitted
    if submitted is None:
        return refusals.NotDeclared(command.project, command.year)
    if not command.reason.strip():
        return refusals.ReasonMissing(command.project, command.year)
    if state.status == "returned" and state.ground == command.reason:
        return ()
    if state.status not in ("submitted", "passed"):
        return _standing_in_the_way(command, state, submitted)
    returned = GoalReturned(
        project=command.project,
        year=command.year,
        submission=submitted.submission,
        rules=state.rules,
        findings=state.findings,
        reason=command.reason,
        returned_by=str(context.actor),
    )
    return (returned,)


def approve(command: ApproveGoal, state: Declaration, context: Context) -> tuple[Event, ...] | Refusal:
    """Goals are approved together with the budget, only after the review (方案篇三 绩效目标批复)."""
    submitted = state.submitted
    if submitted is None:
        return refusals.NotDeclared(command.project, command.year)
    if not command.document.strip():
        return refusals.DocumentMissing(command.project, command.year)
    if state.status == "approved" and state.ground == command.document:
        return ()
    if state.status == "submitted":
        return refusals.NotReviewedYet(command.project, command.year, submitted.submission)
    if state.status != "passed":
        return _standing_in_the_way(command, state, submitted)
    taken_over: dict[str, Any] = {
        name: getattr(submitted, name) for name in GoalApproved.model_fields if name in GoalSubmitted.model_fields
    }
    return (
        GoalApproved(**taken_over, approved_on=context.day, document=command.document, approved_by=str(context.actor)),
    )


def _standing_in_the_way(command: OfDeclaration, state: Declaration, submitted: GoalSubmitted) -> Refusal:
    """Why a declaration in this status does not take the command."""
    match state.status:
        case "returned":
            return refusals.DeclarationReturned(command.project, command.year, submitted.submission)
        case "refused":
            return refusals.DeclarationRefused(command.project, command.year, submitted.submission)
        case "approved":
            return refusals.AlreadyApproved(command.project, command.year, state.ground)
        case _:
            return refusals.DeclarationUnderReview(command.project, command.year, submitted.submission)


def _submission(command: SubmitDeclaration, number: int, by: str) -> GoalSubmitted:
    content: dict[str, Any] = {field.name: getattr(command, field.name) for field in fields(command)}
    return GoalSubmitted(**content, submission=number, submitted_by=by)
