"""A deviation (偏差) is a rule found: told once when it opens and once for each graver level, not again every month. An official may
dismiss one with a reason: it counts as dealt with until the rule is found graver, or found anew after it was over."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.decision import Context, Refusal
from contracts.monitoring import DeviationDetected, MonthJudged
from services.monitoring.domain.events import DeviationDismissed
from services.monitoring.domain.project import Deviation, Grave, Project
from services.monitoring.domain.refusals import (
    DeviationAlreadyDismissed,
    DeviationClosed,
    DeviationUnknown,
    GoalNotApproved,
)
from services.monitoring.domain.rules import gravity


@dataclass(frozen=True, slots=True)
class DismissDeviation:
    """Say of an open deviation that nothing has to follow from it, and why; `document` where the reason stands in one."""

    project: str
    year: int
    deviation: str
    reason: str
    document: str | None = None


def deviations_of(judged: MonthJudged, state: Project) -> tuple[DeviationDetected, ...]:
    """The deviations that a judgement brings, in the order of its findings. `state` has the judgement folded already: what it
    closed is closed."""
    found: list[DeviationDetected] = []
    for finding in judged.findings:
        open_now = state.open_deviation(finding.rule)
        if open_now is not None and gravity(finding.level) <= gravity(open_now.level):
            continue
        found.append(
            DeviationDetected(
                project=judged.project,
                year=judged.year,
                period=judged.period,
                deviation=f"{judged.period}/{finding.rule}",
                rule=finding.rule,
                level=finding.level,
                previous=open_now.level if open_now else None,
                judgement=judged.judgement,
                rules=judged.rules,
                execution=judged.execution,
                attainment=judged.attainment,
                time=judged.time,
                mismatch=judged.mismatch,
            )
        )
    return tuple(found)


def dismiss_deviation(
    command: DismissDeviation, state: Project, context: Context
) -> tuple[DeviationDismissed, ...] | Refusal:
    """False alarms and what is settled elsewhere are set aside by name (误报销号). Where nothing is left of what a standing
    recommendation rests on, that is set aside with it."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    known = next((each for each in state.deviations if each.deviation == command.deviation), None)
    if known is None:
        return DeviationUnknown(command.project, (command.deviation,))
    if known.dismissal == (command.reason, command.document):
        return ()
    if known.dismissal is not None:
        return DeviationAlreadyDismissed(command.project, (command.deviation,))
    if not known.open:
        return DeviationClosed(command.project, (command.deviation,))
    return (
        DeviationDismissed(
            project=command.project,
            year=command.year,
            deviation=command.deviation,
            rule=known.rule,
            level=known.level,
            reason=command.reason,
            document=command.document,
            sets_aside=_set_aside(known, state),
            dismissed_by=str(context.actor),
            dismissed_on=context.day,
        ),
    )


def _set_aside(dismissed: Deviation, state: Project) -> Grave:
    """The standing recommendation, where every rule that it rests on is dismissed now or no longer found."""
    if (
        state.standing == "none"
        or dismissed.rule not in state.grounds
        or state.open_deviation(dismissed.rule) != dismissed
    ):
        return "none"
    others = (state.open_deviation(rule) for rule in state.grounds if rule != dismissed.rule)
    return "none" if any(each is not None and each.dismissal is None for each in others) else state.standing
