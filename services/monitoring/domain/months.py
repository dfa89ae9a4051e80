"""A month is judged (双监控): while it runs by what holds at once, at its close by every rule, after the close whenever it changes.

A judgement brings what follows from it: a deviation newly found or graver, a suspension or a stop recommended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.decision import Context, Refusal
from contracts.event import Event
from contracts.kinds import period_of
from contracts.monitoring import MonthJudged
from services.monitoring.domain.deviations import deviations_of
from services.monitoring.domain.judging import Figures, Goal, Judgement, judge
from services.monitoring.domain.project import Month, Project, evolve
from services.monitoring.domain.recommendations import recommendation_of
from services.monitoring.domain.refusals import GoalNotApproved, PeriodNotBegun, PeriodNotDue, PeriodOutsideYear
from services.monitoring.domain.rules import RuleSet


@dataclass(frozen=True, slots=True)
class JudgeMonth:
    """Judge a month by the figures of its vouchers. `close`: this is the month's full judgement, after its reports were due."""

    project: str
    year: int
    period: str
    figures: Figures
    rules: RuleSet
    close: bool = False


def judge_month(command: JudgeMonth, state: Project, context: Context) -> tuple[Event, ...] | Refusal:
    """The judgement and what follows from it; nothing where the month was closed already or nothing has changed.

    A closed month is told again, too, where it is free of a deviation that an earlier month, judged again, has just opened.
    """
    goal, before = state.goal, state.months.get(command.period)
    if goal is None:
        return GoalNotApproved(command.project, command.year)
    if refusal := _untimely(command, state, context.day):
        return refusal
    closed_already = before is not None and before.closed
    if command.close and closed_already:
        return ()
    running = not (command.close or closed_already)
    judgement = judge(
        goal,
        command.figures,
        state.reports,
        command.period,
        context.day,
        command.rules,
        running=running,
        watched=bool(state.watched),
    )
    judged = _month_judged(judgement, state, command, context.day, closed=not running)
    after = evolve(state, judged)
    closes_a_deviation = after.deviations != state.deviations
    if not (command.close or closes_a_deviation or _differs(judgement, before, goal, command.figures)):
        return ()
    follow_up = command.rules.follow_up
    found = deviations_of(judged, after, judgement, follow_up)
    return (judged, *found, *recommendation_of(judged, state, follow_up))


def months_to_judge(state: Project, year: int, touched: str, today: date, active: frozenset[str]) -> tuple[str, ...]:
    """The months that a change in the month `touched` may change: from it to the latest that is closed or has vouchers or
    reports (`active`: the months with vouchers), never one that has not begun."""
    current = period_of(today)
    begun = {
        period
        for period in active | state.closed | {report.period for report in state.reports}
        if period.startswith(f"{year:04d}-") and period <= current
    }
    last = max(begun, default="")
    first = max(touched, f"{year:04d}-01")
    return tuple(period for month in range(1, 13) if first <= (period := f"{year:04d}-{month:02d}") <= last)


def months_to_close(state: Project, year: int, today: date, rules: RuleSet) -> tuple[str, ...]:
    """The months whose reports were due before today and that have not been closed, the earliest first."""
    months = (f"{year:04d}-{month:02d}" for month in range(1, 13))
    return tuple(period for period in months if rules.report_due(period) < today and period not in state.closed)


def _untimely(command: JudgeMonth, state: Project, day: date) -> Refusal | None:
    if not command.period.startswith(f"{command.year:04d}-"):
        return PeriodOutsideYear(command.period, command.year)
    if command.period > period_of(day):
        return PeriodNotBegun(command.period, day)
    if command.close and day <= (due := command.rules.report_due(command.period)):
        return PeriodNotDue(command.period, due)
    return None


def _differs(judgement: Judgement, before: Month | None, goal: Goal, figures: Figures) -> bool:
    """A running month is judged again when its findings change; a closed one when anything changes that it rests on."""
    if before is None:
        return bool(judgement.findings)
    if (judgement.findings, judgement.recommendation) != (before.findings, before.recommendation):
        return True
    return before.closed and (
        goal.budget,
        figures.paid,
        figures.vouchers,
        judgement.attainment,
        dict(judgement.values),
    ) != (
        before.budget,
        before.paid,
        before.vouchers,
        before.attainment,
        dict(before.values),
    )


def _month_judged(judgement: Judgement, state: Project, command: JudgeMonth, day: date, *, closed: bool) -> MonthJudged:
    goal, figures = state.goal, command.figures
    assert goal is not None  # judge_month refuses without a goal
    return MonthJudged(
        project=command.project,
        year=command.year,
        period=command.period,
        judgement=state.judgements + 1,
        as_of=day,
        closed=closed,
        rules=command.rules.reference,
        budget=goal.budget,
        currency=goal.currency,
        paid=figures.paid,
        vouchers=figures.vouchers,
        digest=figures.digest,
        execution=judgement.execution,
        attainment=judgement.attainment,
        time=judgement.time,
        mismatch=judgement.mismatch,
        values=dict(judgement.values),
        findings=judgement.findings,
        recommendation=judgement.recommendation,
        watched=bool(state.watched),
        scopes={hit.rule: hit.scope for hit in judgement.found.hits if hit.scope is not None},
        exempted=judgement.found.exempted,
        disputed=tuple(
            each.report for each in state.reported if each.period <= command.period and each.report in state.disputed
        ),
    )
