"""An adjustment (绩效目标调整): goals and budget of an approved project change together, by the procedure of the budget.

The unit applies, of its own accord or urged by monitoring; the adjusted indicators are reviewed by the same rules as a declaration
and an application that does not pass is not taken; finance approves it on a document or rejects it with a reason. One application
waits at a time. A stopped project has nothing left to adjust. What a round of monitoring proposes is taken as an application of its
own accord (`TakeProposal`). Source: 方案篇一 双监控; 方案篇三 预算中期评估调整.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from contracts.decision import Context, Refusal
from contracts.event import Event, OfProject, PrivateEvent, Value, project_stream
from contracts.goals import AdjustmentRejected, GoalAdjusted, GoalApproved, GoalSubmitted, Indicator, ReviewFinding
from contracts.kinds import Fen, Period, Text
from services.goals.domain import refusals, standing
from services.goals.domain.declared import Declared
from services.goals.domain.review import review_adjustment
from services.goals.domain.rules import DeclarationRules
from services.goals.domain.standing import Standing

Cause = Literal["policy", "emergency", "mid_term"]


class GoalsAndBudget(Value):
    """What is adjusted, never one without the other: the indicators, whole, and the budget (fen)."""

    budget: Fen
    annual: tuple[Indicator, ...]


class AdjustmentApplied(OfProject, PrivateEvent):
    """A unit applied to adjust goals and budget (申请调整). `findings` are the advice of the review by `rules`; `round` where it is what
    a round of monitoring proposed.

    Example::

        {"project": "CS-2026-007", "year": 2026, "adjustment": 1, "cause": "policy", "reason": "上级补助标准提高",
         "asked": {"budget": 520000000,
          "annual": [
           {"id": "canal", "name": "改造渠道长度", "dimension": "output", "kind": "quantity", "direction": "at_least",
            "target": "130", "unit": "公里", "weight": "50", "schedule": {"2026-12": "130"}},
           {"id": "yield", "name": "粮食增产率", "dimension": "benefit", "kind": "economic", "direction": "at_least",
            "target": "8", "unit": "%", "weight": "30"},
           {"id": "farmers", "name": "农户满意度", "dimension": "satisfaction", "kind": "satisfaction",
            "type": "qualitative", "target_text": "满意", "weight": "10"}]},
         "rules": "declaration-1@1", "findings": [{"where": "yield", "rule": "no-schedule", "level": "advice"}],
         "applied_by": "李明 (unit, department-03)"}
    """

    owner: ClassVar[str] = "goals"

    adjustment: int
    cause: Cause
    reason: Text
    asked: GoalsAndBudget
    rules: Text
    findings: tuple[ReviewFinding, ...]
    applied_by: Text
    round: Period | None = None


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
    """A unit applies for other goals with another budget."""

    cause: Cause
    reason: str
    asked: GoalsAndBudget
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


@dataclass(frozen=True, slots=True)
class TakeProposal(OfAdjustment):
    """Take what a round of monitoring proposed as an application; the system does, once nothing else waits."""

    rules: DeclarationRules


Command = ApplyForAdjustment | ApproveAdjustment | RejectAdjustment | TakeProposal


@dataclass(frozen=True, slots=True)
class Application:
    """One application and what became of it; `ground` is the document of an approval, the reason of a rejection."""

    applied: AdjustmentApplied
    decision: Literal["approved", "rejected"] | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class ApprovedGoal:
    """The goals and budget in force, the applications to adjust it, and what others announced about the project."""

    declared: GoalSubmitted | None = None
    in_force: GoalsAndBudget | None = None
    applications: tuple[Application, ...] = ()
    standing: Standing = standing.INITIAL

    @property
    def pending(self) -> Application | None:
        """The application that waits for its decision."""
        return next((each for each in self.applications if each.decision is None), None)


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
        case TakeProposal():
            return take_proposal(command, state)


def evolve(state: ApprovedGoal, event: Event) -> ApprovedGoal:
    """The state after `event`; what others announced goes into `standing`."""
    state = replace(state, standing=standing.evolve(state.standing, event))
    match event:
        case GoalSubmitted():
            return replace(state, declared=event)
        case GoalApproved():
            return replace(state, in_force=GoalsAndBudget(budget=event.budget, annual=event.annual))
        case AdjustmentApplied():
            applications = (*state.applications, Application(event))
            return replace(state, applications=applications, standing=_without_proposal(state.standing, event))
        case GoalAdjusted():
            decided = _decided(state.applications, event.adjustment, "approved", event.document)
            in_force = GoalsAndBudget(budget=event.budget, annual=event.annual)
            return replace(state, in_force=in_force, applications=decided)
        case AdjustmentRejected():
            return replace(state, applications=_decided(state.applications, event.adjustment, "rejected", event.reason))
        case _:
            return state


def apply(command: ApplyForAdjustment, state: ApprovedGoal, context: Context) -> tuple[Event, ...] | Refusal:
    """Goals and budget are applied for together, and reviewed as a declaration is (方案篇三：同一审核程序)."""
    of = (command.project, command.year)
    if state.declared is None or state.in_force is None:
        return refusals.GoalNotApproved(*of)
    latest = state.applications[-1] if state.applications else None
    repeated = latest is not None and _same(command, latest.applied)
    if latest and repeated and latest.decision != "rejected":
        return ()
    if state.standing.execution == "stopped":
        return refusals.ExecutionStopped(*of)
    if command.asked.budget <= 0:
        return refusals.BudgetNotPositive(*of, command.asked.budget)
    if not command.reason.strip():
        return refusals.ReasonMissing(*of)
    if latest and latest.decision is None:
        return refusals.AdjustmentPending(*of, latest.applied.adjustment)
    if latest and repeated:
        return refusals.AdjustmentUnchanged(*of, latest.applied.adjustment)
    if command.asked == state.in_force:
        return refusals.NothingToAdjust(*of)
    return _reviewed(command, state.declared, state, context)


def approve(command: ApproveAdjustment, state: ApprovedGoal, context: Context) -> tuple[Event, ...] | Refusal:
    """The adjusted goal and budget come into force together, on the document of the approval."""
    of = (command.project, command.year)
    application = _application(state, command.adjustment)
    if application is None or state.in_force is None:
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
        previous_budget=state.in_force.budget,
        budget=applied.asked.budget,
        adjusted_on=context.day,
        document=command.document,
        annual=applied.asked.annual,
        adjusted_by=str(context.actor),
    )
    return (adjusted,)


def reject(command: RejectAdjustment, state: ApprovedGoal, context: Context) -> tuple[Event, ...] | Refusal:
    """An application is rejected with a reason; the unit may apply again with another, monitoring decide again on what it proposed."""
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
            round=application.applied.round,
            rejected_on=context.day,
        ),
    )


def take_proposal(command: TakeProposal, state: ApprovedGoal) -> tuple[Event, ...]:
    """The budget that a round of monitoring proposed is applied for with the goals in force (方案篇三 预算中期评估调整).

    It waits behind an application that waits; where the project was stopped or the budget is that already, nothing is to be done.
    The review's findings stand beside it for finance, who decides as on every application.
    """
    proposed, in_force, declared = state.standing.proposed, state.in_force, state.declared
    if proposed is None or in_force is None or declared is None or state.pending is not None:
        return ()
    if state.standing.execution == "stopped" or proposed.budget == in_force.budget:
        return ()
    asked = GoalsAndBudget(budget=proposed.budget, annual=in_force.annual)
    found = review_adjustment(Declared.of(declared.model_copy(update=dict(asked))), command.rules)
    return (
        AdjustmentApplied(
            project=command.project,
            year=command.year,
            adjustment=len(state.applications) + 1,
            cause="mid_term",
            reason=proposed.reason,
            asked=asked,
            rules=command.rules.reference,
            findings=found.findings,
            applied_by=proposed.proposed_by,
            round=proposed.round,
        ),
    )


def _reviewed(
    command: ApplyForAdjustment, declared: GoalSubmitted, state: ApprovedGoal, context: Context
) -> tuple[Event, ...] | Refusal:
    """An application with a finding to mend is not taken: its unit hears every finding at once."""
    adjusted = declared.model_copy(update=dict(command.asked))
    found = review_adjustment(Declared.of(adjusted), command.rules)
    if found.decision != "pass":
        return refusals.AdjustmentNotPassed.because(
            command.project, command.year, command.rules.reference, found.findings
        )
    applied = AdjustmentApplied(
        project=command.project,
        year=command.year,
        adjustment=len(state.applications) + 1,
        cause=command.cause,
        reason=command.reason,
        asked=command.asked,
        rules=command.rules.reference,
        findings=found.findings,
        applied_by=str(context.actor),
    )
    return (applied,)


def _without_proposal(known: Standing, applied: AdjustmentApplied) -> Standing:
    """A proposal of which an application was made does not wait any more."""
    made = known.proposed is not None and known.proposed.round == applied.round
    return replace(known, proposed=None) if made else known


def _same(command: ApplyForAdjustment, applied: AdjustmentApplied) -> bool:
    return (command.cause, command.reason, command.asked) == (applied.cause, applied.reason, applied.asked)


def _application(state: ApprovedGoal, adjustment: int) -> Application | None:
    return next((each for each in state.applications if each.applied.adjustment == adjustment), None)


def _decided(
    applications: tuple[Application, ...], adjustment: int, decision: Literal["approved", "rejected"], ground: str
) -> tuple[Application, ...]:
    return tuple(
        replace(each, decision=decision, ground=ground) if each.applied.adjustment == adjustment else each
        for each in applications
    )
