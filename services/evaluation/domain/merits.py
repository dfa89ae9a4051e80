"""Bonus and penalty of a unit (加分、扣分, 方案篇五): grounds, points, caps. Neither applies to restoration units.

A bonus counts only on a document and once confirmed; a complaint only when it was found true. Together each is at most the cap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contracts.decision import Refusal
from contracts.shares import NOTHING
from services.evaluation.domain import refusals
from services.evaluation.domain.schemes import Bonuses, CountyScheme, Penalties


@dataclass(frozen=True, slots=True)
class Bonus:
    """A ground for a bonus: a commendation at a level, or a decision of the county leaders with its own points."""

    reason: str
    level: str | None = None
    points: Decimal | None = None
    document: str | None = None
    confirmed: bool = False

    @property
    def counts(self) -> bool:
        """Only on a document, and once confirmed."""
        return self.confirmed and bool(self.document and self.document.strip())


@dataclass(frozen=True, slots=True)
class Penalty:
    """A ground for a penalty: criticism at a level, a complaint (once verified), discipline or accountability of a leader."""

    reason: str
    level: str | None = None
    verified: bool = False


def bonus_points(bonuses: Sequence[Bonus], scheme: Bonuses) -> Fraction:
    """The exact points of all bonuses that count, at most the cap."""
    worth = (Fraction(worth_of_bonus(bonus, scheme) or 0) for bonus in bonuses if bonus.counts)
    return min(Fraction(scheme.cap), sum(worth, NOTHING))


def penalty_points(penalties: Sequence[Penalty], scheme: Penalties) -> Fraction:
    """The exact points of all penalties that count, at most the cap; a positive figure."""
    worth = (
        Fraction(worth_of_penalty(penalty, scheme) or 0) for penalty in penalties if penalty_counts(penalty, scheme)
    )
    return min(Fraction(scheme.cap), sum(worth, NOTHING))


def penalty_counts(penalty: Penalty, scheme: Penalties) -> bool:
    """Every penalty counts, but some only when found true."""
    return penalty.verified or penalty.reason not in scheme.once_verified


def worth_of_bonus(bonus: Bonus, scheme: Bonuses) -> Decimal | None:
    """The points that the scheme gives for the ground; None where it knows no such ground."""
    if bonus.reason == scheme.decided:
        return bonus.points
    return scheme.points.get(bonus.reason, {}).get(bonus.level or "")


def worth_of_penalty(penalty: Penalty, scheme: Penalties) -> Decimal | None:
    """The points that the scheme takes off for the ground; None where it knows no such ground."""
    points = scheme.points.get(penalty.reason)
    return points.get(penalty.level or "") if isinstance(points, dict) else points


def fault_of_bonus(where: str, bonus: Bonus, scheme: Bonuses) -> Refusal | None:
    """The ground of a bonus is one of the scheme's; a decision has its points, not below 0."""
    if bonus.reason == scheme.decided:
        return refusals.PointsNotDecided(where) if bonus.points is None or bonus.points < 0 else None
    return refusals.GroundUnknown(where, bonus.reason, bonus.level) if worth_of_bonus(bonus, scheme) is None else None


def fault_of_penalty(where: str, penalty: Penalty, scheme: Penalties) -> Refusal | None:
    """The ground of a penalty is one of the scheme's."""
    return (
        refusals.GroundUnknown(where, penalty.reason, penalty.level)
        if worth_of_penalty(penalty, scheme) is None
        else None
    )


def fault_of(unit: str, bonuses: Sequence[Bonus], penalties: Sequence[Penalty], scheme: CountyScheme) -> Refusal | None:
    """The first ground of a unit that the scheme does not know, among the bonuses that count and all penalties."""
    for number, bonus in enumerate(bonuses):
        fault = fault_of_bonus(f"{unit}/bonuses/{number}", bonus, scheme.bonuses) if bonus.counts else None
        if fault is not None:
            return fault
    for number, penalty in enumerate(penalties):
        fault = fault_of_penalty(f"{unit}/penalties/{number}", penalty, scheme.penalties)
        if fault is not None:
            return fault
    return None
