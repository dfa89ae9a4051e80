"""A deviation (偏差) is a rule found: told once when it opens and once for each graver level, not again every month. An official may
dismiss one with a reason: it counts as dealt with until the rule is found graver, or found anew after it was over."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.decision import Context, Refusal
from contracts.monitoring import DeviationDetected, MonthFinding, MonthJudged
from services.monitoring.domain.events import (
    CorrectionWithdrawn,
    DeviationDismissed,
    DeviationExplained,
    DeviationReopened,
)
from services.monitoring.domain.follow_up import FollowUp
from services.monitoring.domain.judging import Judgement
from services.monitoring.domain.project import Deviation, Grave, Project, evolve
from services.monitoring.domain.refusals import (
    DeviationAlreadyDismissed,
    DeviationClosed,
    DeviationUnknown,
    GoalNotApproved,
)
from services.monitoring.domain.rules import gravity
from services.monitoring.domain.withdrawing import withdrawn_with


@dataclass(frozen=True, slots=True)
class DismissDeviation:
    """Say of an open deviation that nothing has to follow from it, and why; `document` where the reason stands in one."""

    project: str
    year: int
    deviation: str
    reason: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class ExplainDeviation:
    """Take notice of an open deviation and say what it comes from."""

    project: str
    year: int
    deviation: str
    text: str
    evidence: tuple[str, ...] = ()


def deviations_of(
    judged: MonthJudged, state: Project, judgement: Judgement, follow_up: FollowUp
) -> tuple[DeviationDetected | DeviationReopened, ...]:
    """The deviations that a judgement brings, in the order of its findings, each with what its rule compared. `state` has the
    judgement folded already: what it closed is closed. One that comes back soon, and no graver, is the same one and not told again."""
    found: list[DeviationDetected | DeviationReopened] = []
    hits = {hit.rule: hit for hit in judgement.found.hits}
    for finding in judged.findings:
        open_now = state.open_deviation(finding.rule)
        if open_now is not None and gravity(finding.level) <= gravity(open_now.level):
            continue
        last = state.last_deviation(finding.rule)
        if open_now is None and last is not None and _same_again(finding, last, judged, follow_up):
            found.append(_reopened(last, finding, judged))
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
                applied=hits[finding.rule].applied(judgement.grounds, judgement.due),
            )
        )
    return tuple(found)


def dismiss_deviation(
    command: DismissDeviation, state: Project, context: Context
) -> tuple[DeviationDismissed | CorrectionWithdrawn, ...] | Refusal:
    """False alarms and what is settled elsewhere are set aside by name (误报销号). Where nothing is left of what a standing
    recommendation or an ordered correction rests on, that is set aside with it."""
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
    dismissed = DeviationDismissed(
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
    )
    return (dismissed, *withdrawn_with(dismissed, evolve(state, dismissed), context))


def explain_deviation(
    command: ExplainDeviation, state: Project, context: Context
) -> tuple[DeviationExplained, ...] | Refusal:
    """A notice calls for attention (提示关注): the unit says that it knows, and why."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    known = next((each for each in state.deviations if each.deviation == command.deviation), None)
    if known is None:
        return DeviationUnknown(command.project, (command.deviation,))
    if known.explanation == (command.text, command.evidence):
        return ()
    if not known.open:
        return DeviationClosed(command.project, (command.deviation,))
    return (
        DeviationExplained(
            project=command.project,
            year=command.year,
            deviation=command.deviation,
            text=command.text,
            evidence=command.evidence,
            explained_by=str(context.actor),
            explained_on=context.day,
        ),
    )


def _same_again(finding: MonthFinding, last: Deviation, judged: MonthJudged, follow_up: FollowUp) -> bool:
    return gravity(finding.level) <= gravity(last.level) and follow_up.same_again(last.over_on, judged.as_of)


def _reopened(last: Deviation, finding: MonthFinding, judged: MonthJudged) -> DeviationReopened:
    return DeviationReopened(
        project=judged.project,
        year=judged.year,
        deviation=last.deviation,
        rule=last.rule,
        level=finding.level,
        period=judged.period,
        judgement=judged.judgement,
        rules=judged.rules,
        reopened_on=judged.as_of,
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
