"""An official decides on a part: confirms the system's proposal, or changes it, with the reason. People decide, not the system.

A cut is announced to goals, which takes it as an application and changes goals and budget by its own procedure; a correction, a
suspension or a stop is ordered at once, as if it had been ordered by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from contracts.decision import Context, Refusal
from contracts.event import Event
from contracts.monitoring import BudgetChangeProposed, Measure
from services.monitoring.domain.corrections import OrderCorrection, order_correction
from services.monitoring.domain.orders import StopProject, SuspendProject, stop_project, suspend_project
from services.monitoring.domain.project import Project
from services.monitoring.domain.refusals import (
    CutOutOfBounds,
    DeadlineMissing,
    DeadlineNotAhead,
    MeasuresMissing,
    ProjectAlreadyStopped,
    RoundPartDecidedAlready,
    RoundPartNotPassed,
)
from services.monitoring.domain.rounds.events import ProposalKind, RoundPartDecided, RoundPartPassed
from services.monitoring.domain.rounds.part import InRounds, OfPart, Part


@dataclass(frozen=True, slots=True)
class DecidePart(OfPart):
    """Decide on a part. `budget` (fen) is what a cut leaves; `paid` (fen) what the project's vouchers of the year say so far."""

    decision: ProposalKind
    reason: str
    paid: int
    budget: int | None = None
    measure: Measure | None = None


def decide_part(command: DecidePart, state: InRounds, context: Context) -> tuple[Event, ...] | Refusal:
    """One decision for each part, and another where goals rejected a cut; what it says beside `keep` has a measure: what, by whom, until
    when, on which document."""
    part = state.part_of(command)
    if isinstance(part, Refusal):
        return part
    if part.decided is not None:
        return () if _same(command, part.decided) else RoundPartDecidedAlready(command.project, command.round)
    if part.passed is None:
        return RoundPartNotPassed(command.project, command.round)
    if refusal := _unfit(command, state.project, context):
        return refusal
    followed = _followed(command, part, state.project, context)
    if isinstance(followed, Refusal):
        return followed
    return (_decided(command, part.passed, state.project, context), *followed)


def _unfit(command: DecidePart, project: Project, context: Context) -> Refusal | None:
    if command.decision == "keep":
        return None
    if project.status == "stopped":
        return ProjectAlreadyStopped(command.project)
    if command.measure is None:
        return MeasuresMissing(command.project)
    until = command.measure.until
    if until is None and command.decision == "correct":
        return DeadlineMissing(command.project)
    if until is not None and until <= context.day:
        return DeadlineNotAhead(until, context.day)
    if command.decision == "cut":
        return _out_of_bounds(command, project)
    return None


def _out_of_bounds(command: DecidePart, project: Project) -> Refusal | None:
    """A cut leaves less than the budget in force, not less than what has been paid of it, and not nothing: that is a stop."""
    in_force = project.goal.budget if project.goal else 0
    if command.budget is None or not max(command.paid, 1) <= command.budget < in_force:
        return CutOutOfBounds(command.project, max(command.paid, 0), in_force)
    return None


def _followed(command: DecidePart, part: Part, project: Project, context: Context) -> tuple[Event, ...] | Refusal:
    """What the decision brings with it, by the same decisions as an order by itself."""
    place = (command.project, command.year)
    if command.measure is None or command.decision == "keep":
        return ()
    match command.decision:
        case "cut":
            return (_proposed(command, part, project, context),)
        case "suspend" if project.status != "suspended":
            order = SuspendProject(*place, measures=(command.measure,), reason=command.reason, paid=command.paid)
            return suspend_project(order, project, context)
        case "stop":
            stop = StopProject(*place, measures=(command.measure,), reason=command.reason, paid=command.paid)
            return stop_project(stop, project, context)
        case "correct" if open_now := _to_correct(project):
            correction = OrderCorrection(*place, deviations=open_now, measure=command.measure, reason=command.reason)
            return order_correction(correction, project, context)
        case _:
            return ()


def _to_correct(project: Project) -> tuple[str, ...]:
    """The deviations that are open and that nobody dismissed."""
    return tuple(each.deviation for each in project.deviations if each.open and each.dismissal is None)


def _proposed(command: DecidePart, part: Part, project: Project, context: Context) -> BudgetChangeProposed:
    assert command.budget is not None and command.measure is not None and project.goal is not None  # held by _unfit
    return BudgetChangeProposed(
        project=command.project,
        year=command.year,
        round=command.round,
        kind=part.taken.kind,
        previous_budget=project.goal.budget,
        budget=command.budget,
        currency=project.goal.currency,
        policy=part.passed.policy if part.passed else part.taken.policy,
        severity=part.passed.severity if part.passed else None,
        grounds=part.taken.findings,
        reason=command.reason,
        document=command.measure.document,
        proposed_by=str(context.actor),
        proposed_on=context.day,
    )


def _decided(command: DecidePart, passed: RoundPartPassed, project: Project, context: Context) -> RoundPartDecided:
    budget = _budget(command, project)
    cut_otherwise = command.decision == "cut" and budget != passed.budget
    return RoundPartDecided(
        project=command.project,
        year=command.year,
        round=command.round,
        decision=command.decision,
        confirmed=command.decision == passed.proposal and not cut_otherwise,
        budget=budget,
        reason=command.reason,
        measure=None if command.decision == "keep" else command.measure,
        decided_by=str(context.actor),
        decided_on=context.day,
    )


def _budget(command: DecidePart, project: Project) -> int:
    """What the budget would be: as cut, what is paid after a stop, else as it is."""
    in_force = project.goal.budget if project.goal else 0
    if command.decision == "cut" and command.budget is not None:
        return command.budget
    if command.decision == "stop":
        return min(max(command.paid, 0), in_force)
    return in_force


def _same(command: DecidePart, decided: RoundPartDecided) -> bool:
    if (command.decision, command.reason) != (decided.decision, decided.reason):
        return False
    if command.decision == "keep":
        return True
    return command.measure == decided.measure and (command.decision != "cut" or command.budget == decided.budget)
