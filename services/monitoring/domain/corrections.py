"""Corrections (整改): an official orders one by a day, the unit answers, an official accepts; a deadline missed is noticed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.decision import Context, Refusal
from contracts.monitoring import CorrectionOrdered, Measure
from services.monitoring.domain.events import CorrectionAccepted, CorrectionAnswered, CorrectionOverdue
from services.monitoring.domain.project import Project
from services.monitoring.domain.refusals import (
    CorrectionAlreadyAccepted,
    CorrectionNotAnswered,
    CorrectionNotOverdue,
    CorrectionUnknown,
    DeadlineMissing,
    DeadlineNotAhead,
    DeviationAlreadyDismissed,
    DeviationClosed,
    DeviationUnknown,
    GoalNotApproved,
    ProjectAlreadyStopped,
)


@dataclass(frozen=True, slots=True)
class OrderCorrection:
    """Order a unit to correct deviations by the measure's day."""

    project: str
    year: int
    deviations: tuple[str, ...]
    measure: Measure
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerCorrection:
    """Answer an order: what was done."""

    project: str
    year: int
    order: int
    text: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptCorrection:
    """Accept the unit's answer to an order."""

    project: str
    year: int
    order: int
    reason: str


@dataclass(frozen=True, slots=True)
class MarkOverdue:
    """Notice that the deadline of an order has passed unanswered."""

    project: str
    year: int
    order: int


def order_correction(
    command: OrderCorrection, state: Project, context: Context
) -> tuple[CorrectionOrdered, ...] | Refusal:
    """An order names open deviations and a day ahead (方案篇一 双监控 「及时纠正」)."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    asked = (tuple(sorted(command.deviations)), command.measure, command.reason)
    if any((tuple(sorted(each.deviations)), each.measure, each.reason) == asked for each in state.corrections.values()):
        return ()
    if state.status == "stopped":
        return ProjectAlreadyStopped(command.project)
    if refusal := _unfit(command, state, context.day):
        return refusal
    return (
        CorrectionOrdered(
            project=command.project,
            year=command.year,
            order=len(state.corrections) + 1,
            deviations=command.deviations,
            measure=command.measure,
            reason=command.reason,
            ordered_by=str(context.actor),
            ordered_on=context.day,
        ),
    )


def answer_correction(
    command: AnswerCorrection, state: Project, context: Context
) -> tuple[CorrectionAnswered, ...] | Refusal:
    """A unit may answer late, and again, until the answer is accepted."""
    correction = state.corrections.get(command.order)
    if correction is None:
        return _unknown(command, state)
    if correction.answer == (command.text, command.evidence):
        return ()
    if correction.acceptance is not None:
        return CorrectionAlreadyAccepted(command.project, command.order)
    return (
        CorrectionAnswered(
            project=command.project,
            year=command.year,
            order=command.order,
            text=command.text,
            evidence=command.evidence,
            answered_by=str(context.actor),
            answered_on=context.day,
        ),
    )


def accept_correction(
    command: AcceptCorrection, state: Project, context: Context
) -> tuple[CorrectionAccepted, ...] | Refusal:
    """Accepting says that the answer will do; the deviation itself closes when a month is judged free of it."""
    correction = state.corrections.get(command.order)
    if correction is None:
        return _unknown(command, state)
    if correction.acceptance == command.reason:
        return ()
    if correction.acceptance is not None:
        return CorrectionAlreadyAccepted(command.project, command.order)
    if correction.answer is None:
        return CorrectionNotAnswered(command.project, command.order)
    return (
        CorrectionAccepted(
            project=command.project,
            year=command.year,
            order=command.order,
            reason=command.reason,
            accepted_by=str(context.actor),
            accepted_on=context.day,
        ),
    )


def mark_overdue(command: MarkOverdue, state: Project, context: Context) -> tuple[CorrectionOverdue, ...] | Refusal:
    """The day after the deadline, unless the unit has answered; never twice."""
    correction = state.corrections.get(command.order)
    if correction is None:
        return _unknown(command, state)
    until = correction.measure.until
    if correction.overdue or correction.answer is not None or until is None:
        return ()
    if context.day <= until:
        return CorrectionNotOverdue(command.project, command.order, until)
    return (
        CorrectionOverdue(
            project=command.project, year=command.year, order=command.order, until=until, noticed_on=context.day
        ),
    )


def _unfit(command: OrderCorrection, state: Project, day: date) -> Refusal | None:
    known = {each.deviation: each for each in state.deviations}
    if unknown := tuple(sorted(set(command.deviations) - set(known))):
        return DeviationUnknown(command.project, unknown)
    if not command.deviations:
        return DeviationUnknown(command.project, ())
    if over := tuple(sorted(each for each in command.deviations if not known[each].open)):
        return DeviationClosed(command.project, over)
    if dismissed := tuple(sorted(each for each in command.deviations if known[each].dismissal is not None)):
        return DeviationAlreadyDismissed(command.project, dismissed)
    if command.measure.until is None:
        return DeadlineMissing(command.project)
    if command.measure.until <= day:
        return DeadlineNotAhead(command.measure.until, day)
    return None


def _unknown(command: AnswerCorrection | AcceptCorrection | MarkOverdue, state: Project) -> Refusal:
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    return CorrectionUnknown(command.project, command.order)
