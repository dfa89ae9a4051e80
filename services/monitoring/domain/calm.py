"""How much may still be paid before a running month of a project finds anything: told from the rules, so that most vouchers need no
judgement of their own.

A shortcut and never a second policy: what is told here is checked with `judge` itself, and where the rules are of another kind than
those that it understands, there is no calm and every voucher is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from contracts.kinds import periods_of
from services.monitoring.domain.judging import Figures, judge
from services.monitoring.domain.project import Project
from services.monitoring.domain.rules import Rule, RuleSet

UNBOUNDED = 10**18
"""More than any project is paid (minor units)."""
_BOUNDED = frozenset({"execution", "paid_before_approval", "expected_low", "expected_none", "serious_problem"})
"""Measures of running months that payments leave alone, or raise only as far as is told here."""


@dataclass(frozen=True, slots=True)
class Calm:
    """From the month `from_period` on nothing is found while no month's cumulative figure is above `paid_to` (minor units) and no
    payment is dated before `paid_from`."""

    from_period: str
    paid_to: int
    paid_from: date

    def covers(self, period: str, by_period: Mapping[str, Figures]) -> bool:
        """Whether nothing is found in the month `period` and those after it; `by_period` are cumulative figures of the year."""
        touched = [figures for month, figures in by_period.items() if month >= period]
        return period >= self.from_period and all(
            each.paid <= self.paid_to and (each.first_paid is None or each.first_paid >= self.paid_from)
            for each in touched
        )


def calm(state: Project, year: int, day: date, rules: RuleSet) -> Calm | None:
    """The calm of a project on a day; None where there is none: a finding stands, or the rules can't be told in advance."""
    goal = state.goal
    if goal is None:
        return Calm(f"{year:04d}-01", UNBOUNDED, date.min)
    if any(rule.measure not in _BOUNDED for rule in rules.immediate):
        return None
    months = periods_of(year)
    loud = [period for period, month in state.months.items() if month.closed or month.findings]
    after = max((months.index(period) + 1 for period in loud if period in months), default=0)
    if after == len(months):
        return None
    paid_to = min((_paid_to(rule, state) for rule in rules.immediate if rule.measure == "execution"), default=UNBOUNDED)
    approval = any(rule.measure == "paid_before_approval" for rule in rules.immediate)
    found = Calm(months[after], paid_to, goal.approved_on if approval else date.min)
    return found if _holds(found, state, year, day, rules) else None


def _holds(calm: Calm, state: Project, year: int, day: date, rules: RuleSet) -> bool:
    """Whether `judge` finds nothing, with all of it paid on the first day that is allowed: in the first of the months, and in each that
    has a report of its own. In all others the measures are those of the first."""
    assert state.goal is not None  # without a goal nothing is judged
    figures = Figures(calm.paid_to, 1, calm.paid_from)
    return not any(
        judge(
            state.goal, figures, state.reports, period, day, rules, running=True, watched=bool(state.watched)
        ).findings
        for period in {calm.from_period, *(report.period for report in state.reports)}
        if calm.from_period <= period <= f"{year:04d}-12"
    )


def _paid_to(rule: Rule, state: Project) -> int:
    """The most that may be paid until a rule on execution reaches the mildest level that it has for this project; execution is rounded
    half-up to 0.01 percent."""
    goal = state.goal
    assert goal is not None
    held = rule.held(goal.place, goal.budget, goal.currency)
    thresholds = (*held.levels.values(), *(held.watched.values() if state.watched else ()))
    hundredths = min(
        int((threshold.at_least * 100).to_integral_value(ROUND_CEILING)) - 1
        if threshold.at_least is not None
        else int(((threshold.above or Decimal()) * 100).to_integral_value(ROUND_FLOOR))
        for threshold in thresholds
    )
    whole = max(goal.budget, 1)
    return -(-whole * (2 * hundredths + 1) // 20_000) - 1
