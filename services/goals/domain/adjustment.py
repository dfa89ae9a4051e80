"""An adjustment (绩效目标调整): goals and budget of an approved project change together, by the procedure of the budget.

The unit applies, of its own accord or urged by monitoring; the adjusted indicators are reviewed by the same rules as a declaration
and an application that does not pass is not taken; finance approves it on a document or rejects it with a reason. One application
waits at a time. A stopped project has nothing left to adjust. Source: 方案篇一 双监控; 方案篇三 预算中期评估调整.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from contracts.decision import Context, Refusal
from contracts.event import Event, OfProject, PrivateEvent, project_stream
from contracts.goals import GoalAdjusted, GoalApproved, GoalSubmitted, Indicator, ReviewFinding
from contracts.kinds import Fen, Text
from services.goals.domain import refusals, standing
from services.goals.domain.declared import Declared
from services.goals.domain.review import review_adjustment
from services.goals.domain.rules import DeclarationRules
from services.goals.domain.standing import Standing

Cause = Literal["policy", "emergency", "mid_term"]


class AdjustmentApplied(OfProject, PrivateEvent):
    """A unit applied to adjust goals and budget (申请调整). Money in fen; `findings` are the advice of the review by `rules`."""

    owner: ClassVar[str] = "goals"

    adjustment: int
    cause: Cause
    reason: Text
    previous_budget: Fen
    budget: Fen
    annual: tuple[Indicator, ...]
    rules: Text
    findings: tuple[ReviewFinding, ...]
    applied_by: Text


class AdjustmentRejected(OfProject, PrivateEvent):
    """Finance rejected an application to adjust (不予调整); goals and budget stay as they are."""

    owner: ClassVar[str] = "goals"

    adjustment: int
    reason: Text
    rejected_by: Text


@dataclass(frozen=True, slots=True)
class OfAdjustment:
    """What all commands say: which project, in which fiscal year."""

    project: str
    year: int

    @property
    def stream(self) -> str:
        return project_stream(self.project, self.year)


@dataclass(frozen=True, slots=True)
class ApplyForAdjustment(OfAdjustment):
    """A unit applies: the new budget (fen) and the new indicators, whole."""

    cause: Cause
    reason: str
    budget: int
    annual: tuple[Indicator, ...]
    rules: DeclarationRules


@dataclass(frozen=True, slots=True)
class ApproveAdjustment(OfAdjustment):
    """Finance approves application number `adjustment` on a document."""

    adjustment: int
    document: str


@dataclass(frozen=True, slots=True)
class RejectAdjustment(OfAdjustment):
    """Finance rejects application number `adjustment` and says why."""

    adjustment: int
    reason: str


Command = ApplyForAdjustment | ApproveAdjustment | RejectAdjustment


@dataclass(frozen=True, slots=True)
class Application:
    """One application and what became of it; `ground` is the document of an approval, the reason of a rejection."""

    applied: AdjustmentApplied
    decision: Literal["approved", "rejected"] | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class ApprovedGoal:
    """The goal in force (budget in fen), the applications to adjust it, and what others announced about the project."""

    declared: GoalSubmitted | None = None
    approved: bool = False
    budget: int = 0
    annual: tuple[Indicator, ...] = ()
    applications: tuple[Application, ...] = ()
    standing: Standing = standing.INITIAL


INITIAL = ApprovedGoal()


def decide(command: Command, state: ApprovedGoal, context: Context) -> tuple[Event, ...] | Refusal:
    """The events that follow from `command`, none where it has happened already, or why it is refused."""
    match command:
        case ApplyForAdjustment():
            return apply(command, state, context)
        case ApproveAdjustment():
            return approve(command, state, context)
        case RejectAdjustment():
            return reject(command, state, context)


def evolve(state: ApprovedGoal, event: Event) -> ApprovedGoal:
    """The state after `event`; what others announced goes into `standing`."""
    state = replace(state, standing=standing.evolve(state.standing, event))
    match event:
        case GoalSubmitted():
            return replace(state, declared=event)
        case GoalApproved():
            return replace(state, approved=True, budget=event.budget, annual=event.annual)
        case AdjustmentApplied():
            return replace(state, applications=(*state.applications, Application(event)))
        case GoalAdjusted():
            decided = _decided(state.applications, event.adjustment, "approved", event.document)
            return replace(state, budget=event.budget, annual=event.annual, applications=decided)
        case AdjustmentRejected():
            return replace(state, applications=_decided(state.applications, event.adjustment, "rejected", event.reason))
        case _:
            return state


def apply(command: ApplyForAdjustment, state: ApprovedGoal, context: Context) -> tuple[Event, ...] | Refusal:
    """Goals and budget are applied for together, and reviewed as a declaration is (方案篇三：同一审核程序)."""
    of = (command.project, command.year)
    if state.declared is None or not state.approved:
        return refusals.GoalNotApproved(*of)
    latest = state.applications[-1] if state.applications else None
    repeated = latest is not None and _same(command, latest.applied)
    if latest and repeated and latest.decision != "rejected":
        return ()
    if state.standing.execution == "stopped":
        return refusals.ExecutionStopped(*of)
    if command.budget <= 0:
        return refusals.BudgetNotPositive(*of, command.budget)
    if not command.reason.strip():
        return refusals.ReasonMissing(*of)
    if latest and latest.decision is None:
        return refusals.AdjustmentPending(*of, latest.applied.adjustment)
    if latest and repeated:
        return refusals.AdjustmentUnchanged(*of, latest.applied.adjustment)
    if command.budget == state.budget and command.annual == state.annual:
        return refusals.NothingToAdjust(*of)
    return _reviewed(command, state.declared, state, context)


def approve(command: ApproveAdjustment, state: ApprovedGoal, context: Context) -> tuple[Event, ...] | Refusal:
    """The adjusted goal and budget come into force together, on the document of the approval."""
    of = (command.project, command.year)
    application = _application(state, command.adjustment)
    if application is None:
        return refusals.AdjustmentUnknown(*of, command.adjustment)
    if not command.document.strip():
        return refusals.DocumentMissing(*of)
    if application.decision == "approved" and application.ground == command.document:
        return ()
    if application.decision:
        return refusals.AdjustmentDecided(*of, command.adjustment, application.decision)
    if state.standing.execution == "stopped":
        return refusals.ExecutionStopped(*of)
    applied = application.applied
    adjusted = GoalAdjusted(
        project=command.project,
        year=command.year,
        adjustment=applied.adjustment,
        cause=applied.cause,
        reason=applied.reason,
        previous_budget=state.budget,
        budget=applied.budget,
        adjusted_on=context.day,
        document=command.document,
        annual=applied.annual,
        adjusted_by=str(context.actor),
    )
    return (adjusted,)


def reject(command: RejectAdjustment, state: ApprovedGoal, context: Context) -> tuple[Event, ...] | Refusal:
    """An application is rejected with a reason; the unit may apply again with another."""
    of = (command.project, command.year)
    application = _application(state, command.adjustment)
    if application is None:
        return refusals.AdjustmentUnknown(*of, command.adjustment)
    if not command.reason.strip():
        return refusals.ReasonMissing(*of)
    if application.decision == "rejected" and application.ground == command.reason:
        return ()
    if application.decision:
        return refusals.AdjustmentDecided(*of, command.adjustment, application.decision)
    return (
        AdjustmentRejected(
            project=command.project,
            year=command.year,
            adjustment=command.adjustment,
            reason=command.reason,
            rejected_by=str(context.actor),
        ),
    )


def _reviewed(
    command: ApplyForAdjustment, declared: GoalSubmitted, state: ApprovedGoal, context: Context
) -> tuple[Event, ...] | Refusal:
    """An application with a finding to mend is not taken: its unit hears every finding at once."""
    adjusted = declared.model_copy(update={"budget": command.budget, "annual": command.annual})
    found = review_adjustment(Declared.of(adjusted), command.rules)
    if found.decision != "pass":
        return refusals.AdjustmentNotPassed(command.project, command.year, command.rules.reference, found.findings)
    applied = AdjustmentApplied(
        project=command.project,
        year=command.year,
        adjustment=len(state.applications) + 1,
        cause=command.cause,
        reason=command.reason,
        previous_budget=state.budget,
        budget=command.budget,
        annual=command.annual,
        rules=command.rules.reference,
        findings=found.findings,
        applied_by=str(context.actor),
    )
    return (applied,)


def _same(command: ApplyForAdjustment, applied: AdjustmentApplied) -> bool:
    asked = (command.cause, command.reason, command.budget, command.annual)
    return asked == (applied.cause, applied.reason, applied.budget, applied.annual)


def _application(state: ApprovedGoal, adjustment: int) -> Application | None:
    return next((each for each in state.applications if each.applied.adjustment == adjustment), None)


def _decided(
    applications: tuple[Application, ...], adjustment: int, decision: Literal["approved", "rejected"], ground: str
) -> tuple[Application, ...]:
    return tuple(
        replace(each, decision=decision, ground=ground) if each.applied.adjustment == adjustment else each
        for each in applications
    )
