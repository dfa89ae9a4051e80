"""Corrections (整改): an official orders one by a day, the unit answers, an official accepts the answer or sends it back with a new day.
A deadline missed is noticed once. One that fails (missed, or refused too often) is escalated once: to the official who ordered it, and
to a recommended suspension where its deviations are grave enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.decision import Context, Refusal
from contracts.event import Event
from contracts.monitoring import CorrectionOrdered, Measure, MonthFinding, SuspensionRecommended
from services.monitoring.domain.events import (
    CorrectionAccepted,
    CorrectionAnswered,
    CorrectionEscalated,
    CorrectionOverdue,
    CorrectionReturned,
)
from services.monitoring.domain.project import Correction, Deviation, Project
from services.monitoring.domain.recommendations import lately
from services.monitoring.domain.refusals import (
    CorrectionAlreadyAccepted,
    CorrectionAlreadyWithdrawn,
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
from services.monitoring.domain.rules import RuleSet, gravity


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
class ReturnCorrection:
    """Refuse the unit's answer: it corrects and answers again, by the new day of the measure. `document`: on which, where another."""

    project: str
    year: int
    order: int
    until: date | None
    reason: str
    rules: RuleSet
    document: str | None = None


@dataclass(frozen=True, slots=True)
class MarkOverdue:
    """Notice that the deadline of an order has passed unanswered."""

    project: str
    year: int
    order: int
    rules: RuleSet


def order_correction(
    command: OrderCorrection, state: Project, context: Context
) -> tuple[CorrectionOrdered, ...] | Refusal:
    """An order names open deviations and a day ahead (方案篇一 双监控 「及时纠正」)."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    asked = (tuple(sorted(command.deviations)), command.measure, command.reason)
    if any(_asked(each) == asked for each in state.corrections.values() if not each.withdrawn):
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
    if correction.withdrawn:
        return CorrectionAlreadyWithdrawn(command.project, command.order)
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
    if correction.withdrawn:
        return CorrectionAlreadyWithdrawn(command.project, command.order)
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


def return_correction(command: ReturnCorrection, state: Project, context: Context) -> tuple[Event, ...] | Refusal:
    """The answer is refused with a reason and a new day. Refused as often as the rules allow, the correction is escalated."""
    correction = state.corrections.get(command.order)
    if correction is None:
        return _unknown(command, state)
    if correction.withdrawn:
        return CorrectionAlreadyWithdrawn(command.project, command.order)
    changed = {"until": command.until, "document": command.document or correction.measure.document}
    measure = correction.measure.model_copy(update=changed)
    if correction.answer is None and correction.returned == (measure, command.reason):
        return ()
    if correction.acceptance is not None:
        return CorrectionAlreadyAccepted(command.project, command.order)
    if state.status == "stopped":
        return ProjectAlreadyStopped(command.project)
    if correction.answer is None:
        return CorrectionNotAnswered(command.project, command.order)
    if command.until is None:
        return DeadlineMissing(command.project)
    if command.until <= context.day:
        return DeadlineNotAhead(command.until, context.day)
    returned = CorrectionReturned(
        project=command.project,
        year=command.year,
        order=command.order,
        refusal=correction.refusals + 1,
        reason=command.reason,
        measure=measure,
        returned_by=str(context.actor),
        returned_on=context.day,
    )
    if returned.refusal < command.rules.follow_up.answers_refused:
        return (returned,)
    return (returned, *_escalated(command, correction, "refused", state, context.day))


def mark_overdue(command: MarkOverdue, state: Project, context: Context) -> tuple[Event, ...] | Refusal:
    """The day after the deadline, unless the unit has answered, the order was withdrawn or the project is stopped; never twice for a
    deadline."""
    correction = state.corrections.get(command.order)
    if correction is None:
        return _unknown(command, state)
    until = correction.measure.until
    settled = correction.answer is not None or correction.withdrawn
    if correction.overdue or settled or until is None or state.status == "stopped":
        return ()
    if context.day <= until:
        return CorrectionNotOverdue(command.project, command.order, until)
    overdue = CorrectionOverdue(
        project=command.project, year=command.year, order=command.order, until=until, noticed_on=context.day
    )
    return (overdue, *_escalated(command, correction, "overdue", state, context.day))


def _escalated(
    command: ReturnCorrection | MarkOverdue,
    correction: Correction,
    cause: Literal["overdue", "refused"],
    state: Project,
    day: date,
) -> tuple[Event, ...]:
    if correction.escalated:
        return ()
    escalated = CorrectionEscalated(
        project=command.project,
        year=command.year,
        order=command.order,
        cause=cause,
        to=correction.ordered_by,
        rules=command.rules.reference,
        escalated_on=day,
    )
    return (escalated, *_suspension(command, correction, state, day))


def _suspension(
    command: ReturnCorrection | MarkOverdue, correction: Correction, state: Project, day: date
) -> tuple[SuspensionRecommended, ...]:
    """A suspension is recommended where what was to be corrected is still open and was a warning at least (纠正不力的，暂缓执行)."""
    grave = [each for each in state.deviations if each.deviation in correction.deviations and _calls_for_more(each)]
    periods = [each.period for each in grave if each.period in state.months]
    if state.status != "active" or state.standing != "none" or not periods:
        return ()
    if command.rules.follow_up.too_soon(lately("suspend", state), day):
        return ()
    return (
        SuspensionRecommended(
            project=command.project,
            year=command.year,
            period=max(periods),
            judgement=state.months[max(periods)].judgement,
            rules=command.rules.reference,
            grounds=tuple(MonthFinding(rule=each.rule, level=each.level) for each in grave),
            correction=command.order,
        ),
    )


def _asked(correction: Correction) -> tuple[tuple[str, ...], Measure, str]:
    return tuple(sorted(correction.deviations)), correction.measure, correction.reason


def _calls_for_more(deviation: Deviation) -> bool:
    return deviation.open and deviation.dismissal is None and gravity(deviation.level) >= gravity("warning")


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


def _unknown(command: AnswerCorrection | AcceptCorrection | ReturnCorrection | MarkOverdue, state: Project) -> Refusal:
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    return CorrectionUnknown(command.project, command.order)
