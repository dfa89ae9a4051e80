"""How much of a target was met: a share of 1, exact. One file for projects and units, so that "met" means the same everywhere.

Everything is computed in fractions: nothing is rounded until `rounded`, once, at the end (方案篇五, 指标评估; 财预〔2020〕10号).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext
from fractions import Fraction

from contracts.kinds import Direction

FULL = Fraction(1)
NOTHING = Fraction(0)


def share_of_target(direction: Direction, actual: Decimal, target: Decimal) -> Fraction:
    """The share of `target` (not below 0) that `actual` meets, 0–1: full when met, else pro rata; of a target of 0 all or nothing.

    `at_least`: actual ÷ target. `at_most`: target ÷ actual. `equal`: 1 − |actual − target| ÷ target. Never below 0.
    """
    if is_met(direction, actual, target):
        return FULL
    if target == 0:
        return NOTHING
    reached, aim = Fraction(actual), Fraction(target)
    match direction:
        case "at_least":
            return max(NOTHING, reached / aim)
        case "at_most":
            return aim / reached
        case "equal":
            return max(NOTHING, 1 - abs(reached - aim) / aim)


def is_met(direction: Direction, actual: Decimal, target: Decimal) -> bool:
    """Whether the target is met or passed."""
    match direction:
        case "at_least":
            return actual >= target
        case "at_most":
            return actual <= target
        case "equal":
            return actual == target


def passed_by(actual: Decimal, target: Decimal) -> Fraction:
    """By which share of the target `actual` passes it: 0.45 for 145 where 100 were due; 0 for a target of 0."""
    return max(NOTHING, Fraction(actual) / Fraction(target) - 1) if target > 0 else NOTHING


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The sum of `values` to its last digit (Python's own precision would round long ones)."""
    with localcontext() as context:
        context.prec = 400
        return sum(values, Decimal(0))


def mean(values: tuple[Fraction, ...]) -> Fraction:
    """The unweighted mean of at least one value."""
    return sum(values, NOTHING) / len(values)


def rounded(value: Fraction) -> Decimal:
    """`value` rounded half-up (away from zero) to 0.01: the only rounding there is, of a finished figure."""
    hundredths, rest = divmod(abs(value) * 100, 1)
    whole = int(hundredths) + (rest >= Fraction(1, 2))
    return Decimal(-whole if value < 0 else whole).scaleb(-2)
