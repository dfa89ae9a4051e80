"""How a month of a project is judged: money beside results (双监控). One pure function, `judge`, and what it looks at.

The same `judge` serves commands, the intake of vouchers and `jixiao monitor`: there is one policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from contracts.goals import Indicator
from contracts.monitoring import MonthFinding, Recommendation
from contracts.shares import percent, rounded, share_of_target
from services.monitoring.domain.finding import Found, Grounds, find
from services.monitoring.domain.rules import RuleSet
from services.monitoring.domain.scopes import NOWHERE, Place
from services.monitoring.domain.thresholds import LEVELS, gravity

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Monitored:
    """An indicator that is monitored by value: it has a number as its target."""

    id: str
    weight: Decimal
    direction: Literal["at_least", "at_most", "equal"]
    target: Decimal


@dataclass(frozen=True, slots=True)
class Goal:
    """What a project is measured against. `budget` is in minor units (fen); only vouchers in `currency` count. By its `place` the rules
    tell which thresholds hold for it."""

    budget: int
    currency: str
    approved_on: date
    indicators: tuple[Monitored, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Figures:
    """What the vouchers say of a month. With E its last day: `paid` (fen) and `vouchers` (count) of the fiscal year up to E;
    `first_paid` the day of the earliest payment above 0 in the month; `digest` over the vouchers counted."""

    paid: int = 0
    vouchers: int = 0
    first_paid: date | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A progress report as far as judging needs it; `values` are actuals so far in the fiscal year. What is `disputed` (异议) is not
    judged by: that the report came, and when, is all that counts of it."""

    period: str
    received: date
    values: Mapping[str, Decimal]
    expected: Literal["low", "none"] | None = None
    serious_problem: str | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """A month's figures in percent, each rounded half-up to 0.01, and what they mean: what the rules
    `found` on these `grounds`, with reports `due` on a day."""

    period: str
    execution: Decimal
    attainment: Decimal
    time: Decimal
    mismatch: Decimal
    values: Mapping[str, Decimal]
    findings: tuple[MonthFinding, ...]
    recommendation: Recommendation
    grounds: Grounds
    found: Found
    due: date


def judge(
    goal: Goal,
    figures: Figures,
    reports: Sequence[Report],
    period: str,
    as_of: date,
    rules: RuleSet,
    *,
    running: bool = False,
    watched: bool = False,
) -> Judgement:
    """Judge one month as it stands on the day `as_of`: by all rules, or while it is `running` by those that hold at once.

    `reports` are in the order in which they arrived; one received after `as_of` does not exist yet, one in dispute says nothing of
    results (方案篇五: actuals are vouched for by the data-collecting unit). The thresholds are those that the
    rules have for the goal's place and budget, and where the project is `watched` the stricter ones beside them.
    """
    known = [report for report in reports if report.received <= as_of]
    values = latest_values(goal, known, period)
    execution = percent(figures.paid, max(goal.budget, 1))  # any payment is beyond a budget of nothing
    attainment = goal_attainment(goal, values)
    time = percent(int(period[5:]), 12)
    grounds = _grounds(goal, figures, known, period, as_of, (execution, attainment, time))
    found = find(grounds, rules, running=running, watched=watched)
    findings = found.findings
    mismatch = grounds.mismatch
    said = recommend(findings)
    due = rules.report_due(period)
    return Judgement(period, execution, attainment, time, mismatch, values, findings, said, grounds, found, due)


def goal_attainment(goal: Goal, values: Mapping[str, Decimal]) -> Decimal:
    """Goal attainment (绩效目标完成率): the weighted share of targets met, in percent. What was never reported is 0.

    Exact fractions until the one rounding at the end: a third of the weight three times is the whole weight.
    """
    weight = sum((Fraction(each.weight) for each in goal.indicators), Fraction())
    if not weight:
        return ZERO
    met = sum(
        (
            Fraction(each.weight) * share_of_target(each.direction, values[each.id], each.target)
            for each in goal.indicators
            if each.id in values
        ),
        Fraction(),
    )
    return rounded(100 * met / weight)


def latest_values(goal: Goal, reports: Iterable[Report], period: str) -> dict[str, Decimal]:
    """Each monitored indicator's actual: from the report of the latest month up to this one (within a month, the latest
    received) that gives it and is not disputed."""
    values: dict[str, Decimal] = {}
    for report in sorted(
        (each for each in reports if each.period <= period and not each.disputed),
        key=lambda each: (each.period, each.received),
    ):
        values.update(report.values)
    return {each.id: values[each.id] for each in goal.indicators if each.id in values}


def monitored(annual: Iterable[Indicator]) -> tuple[Monitored, ...]:
    """The indicators of an approved goal that are monitored by value: quantitative ones with a target."""
    return tuple(
        Monitored(each.id, each.weight, each.direction, each.target)
        for each in annual
        if each.type == "quantitative" and each.target is not None
    )


def recommend(findings: Iterable[MonthFinding]) -> Recommendation:
    """What the gravest finding calls for: a warning is to be corrected (整改)."""
    gravest = max((gravity(finding.level) for finding in findings), default=-1)
    if gravest < 0:
        return "none"
    level = LEVELS[gravest]
    return "correct" if level == "warning" else level


def latest_report(reports: Iterable[Report]) -> Report | None:
    """Of a month's reports the latest received; of two on the same day the one that arrived later. It corrects the earlier."""
    latest: Report | None = None
    for report in reports:
        if latest is None or report.received >= latest.received:
            latest = report
    return latest


def _grounds(
    goal: Goal, figures: Figures, known: Sequence[Report], period: str, as_of: date, percentages: tuple[Decimal, ...]
) -> Grounds:
    own = [report for report in known if report.period == period]
    said = latest_report(report for report in own if not report.disputed)
    execution, attainment, time = percentages
    return Grounds(
        period,
        as_of,
        execution,
        attainment,
        time,
        results=bool(goal.indicators),
        reported=min((report.received for report in own), default=None),
        first_paid=figures.first_paid,
        approved_on=goal.approved_on,
        expected=said.expected if said else None,
        serious_problem=said.serious_problem if said else None,
        budget=goal.budget,
        currency=goal.currency,
        place=goal.place,
    )
