"""What the system proposes for a part, pure: from the figures taken down and what the unit expects, by a policy's severities.

For a project badly run or that cannot be run, the budget is adjusted by severity (方案篇三 「预算中期评估调整」).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.monitoring.domain.judging import Goal, Monitored, goal_attainment, percent
from services.monitoring.domain.rounds.events import Ground, ProposalKind, RoundPartFilled, TakenIntoRound
from services.monitoring.domain.rounds.policy import Measured, MidTermPolicy, Severity
from services.monitoring.domain.rules import gravity


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal with what it rests on; `budget` (fen) is what the budget would be, the expected figures are percent."""

    kind: ProposalKind
    severity: str | None
    grounds: tuple[Ground, ...]
    budget: int
    expected_execution: Decimal
    expected_attainment: Decimal | None


def propose(taken: TakenIntoRound, filled: RoundPartFilled, policy: MidTermPolicy) -> Proposal:
    """What follows for a project from its figures and its unit's own expectation; `keep` where no severity is met."""
    execution = percent(filled.expected_payments, max(taken.budget, 1))
    attainment = expected_attainment(taken, filled)
    gravest = max((finding.level for finding in taken.findings), key=gravity, default=None)
    measures: Measured = {
        "execution": taken.execution,
        "attainment": taken.attainment if taken.indicators else None,
        "expected_execution": execution,
        "expected_attainment": attainment,
        "finding": gravest,
        "cannot_run": filled.cannot_run,
    }
    severity = policy.severity_of(measures)
    if severity is None:
        return Proposal("keep", None, (), taken.budget, execution, attainment)
    grounds = tuple(_ground(each.measure, measures) for each in severity.any if each.met(measures))
    budget = budget_after(severity, taken.budget, taken.paid, filled.expected_payments)
    kind = "stop" if severity.proposal == "cut" and budget <= 0 else severity.proposal  # a cut that leaves nothing
    return Proposal(kind, severity.id, grounds, budget, execution, attainment)


def budget_after(severity: Severity, budget: int, paid: int, expected: int) -> int:
    """The budget (fen) that a severity leaves: never above what it was, never below what has been paid of it.

    A cut takes its share of what is not paid, rounded half-up to the fen, and at least what the unit does not expect to pay where
    the policy says so. A stop leaves what is paid.
    """
    unpaid = max(budget - max(paid, 0), 0)
    if severity.proposal == "stop":
        return budget - unpaid
    if severity.cut is None:
        return budget
    share = int(Fraction(unpaid) * Fraction(severity.cut) / 100 + Fraction(1, 2))
    unneeded = max(budget - expected, 0) if severity.unneeded else 0
    return budget - min(max(share, unneeded), unpaid)


def expected_attainment(taken: TakenIntoRound, filled: RoundPartFilled) -> Decimal | None:
    """Goal attainment at the year's end by the values that the unit expects; None where nothing is monitored by value."""
    if not taken.indicators:
        return None
    monitored = tuple(Monitored(each.id, each.weight, each.direction, each.target) for each in taken.indicators)
    return goal_attainment(Goal(taken.budget, taken.currency, taken.as_of, monitored), filled.expected_values)


def _ground(measure: str, measures: Measured) -> Ground:
    value = measures[measure]
    if isinstance(value, Decimal):
        return Ground(measure=measure, measured=value)
    return Ground(measure=measure, level=value if isinstance(value, str) else None)
