"""What the August round must come to: each project's figures as they were taken down, what is proposed by them, what is decided.

By the written definitions of the policy `mid-term-1` alone, in exact fractions; no code of a service.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from deploy.demo import rounds
from deploy.demo.facts import Filling, Part, Plan, Project
from deploy.demo.judging import GRAVITY, Goal, Judgement, attained, cents, judge

_CUTS = {"behind": 20, "far-behind": 50}
"""The share in percent of what is not paid yet that a severity takes, at least what the unit does not need itself."""
_PROPOSED = {"deviating": "correct", "behind": "cut", "far-behind": "cut", "serious": "suspend", "cannot-run": "stop"}


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """How one project's part must end. Money in fen; `adjusted` is the budget that goals put in force after it, if any."""

    part: Part
    project: Project
    taken: Judgement
    budget: int
    expected_execution: Decimal
    expected_attainment: Decimal
    severity: str | None
    proposal: str
    proposed: int
    confirmed: bool
    adjusted: int | None


def review(plan: Plan) -> dict[str, PartOutcome]:
    """Every project's part in the round."""
    return {part.project: _outcome(plan, part) for part in plan.parts}


def taken_down(plan: Plan, project: Project) -> Judgement:
    """The project's figures to the end of July, as they were known on the day that the round was opened."""
    assert project.approved_on is not None
    day = rounds.OPENED
    vouchers = [each for each in plan.vouchers if each.project == project.code and each.arrives <= day]
    reports = [each for each in plan.reports if each.project == project.code and each.received <= day]
    watched = any(
        order.act == "watching" and order.project == project.code and order.day <= day for order in plan.orders
    )
    goal = Goal(project.budget, project.indicators, project.approved_on)
    return judge(goal, vouchers, reports, rounds.THROUGH, day, watched=watched)


def severity_of(taken: Judgement, execution: Decimal, attainment: Decimal) -> str | None:
    """How badly a project runs: by its gravest finding, and by what its unit expects at the year's end in percent."""
    gravest = max((GRAVITY.index(level) for _, level in taken.findings), default=-1)
    least = min(execution, attainment)
    if gravest >= GRAVITY.index("stop"):
        return "cannot-run"
    if gravest >= GRAVITY.index("suspend"):
        return "serious"
    if least < 80:
        return "far-behind" if least < 60 else "behind"
    return "deviating" if least < 90 or gravest >= GRAVITY.index("warning") else None


def budget_after(severity: str | None, budget: int, paid: int, expected: int) -> int:
    """What the budget would be (fen): less a share of what is not paid, rounded half-up, and less all that is not needed."""
    unpaid = max(budget - max(paid, 0), 0)
    if severity == "cannot-run":
        return budget - unpaid
    if severity not in _CUTS:
        return budget
    share = (Fraction(unpaid * _CUTS[severity], 100) + Fraction(1, 2)).__floor__()
    return budget - min(unpaid, max(share, budget - expected))


def _outcome(plan: Plan, part: Part) -> PartOutcome:
    project = plan.project(part.project)
    taken = taken_down(plan, project)
    filling: Filling = part.filling
    execution = cents(Fraction(100 * filling.payments, project.budget))
    attainment = attained(project.indicators, filling.values)
    severity = severity_of(taken, execution, attainment)
    proposal = _PROPOSED[severity] if severity else "keep"
    proposed = budget_after(severity, project.budget, taken.paid, filling.payments)
    return PartOutcome(
        part=part,
        project=project,
        taken=taken,
        budget=project.budget,
        expected_execution=execution,
        expected_attainment=attainment,
        severity=severity,
        proposal=proposal,
        proposed=proposed,
        confirmed=part.decision == proposal and (proposal != "cut" or part.budget == proposed),
        adjusted=part.budget if part.decision == "cut" else None,
    )
