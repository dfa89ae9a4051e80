"""How much of a target is met, and the rounding of a finished figure: one arithmetic, so that "met" means the same in every service.

Source: 财预〔2020〕10号 (met: full; not met: pro rata). Everything is computed in fractions, and nothing is rounded before the end.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from contracts.kinds import Direction

FULL = Fraction(1)
NOTHING = Fraction(0)


def share_of_target(direction: Direction, actual: Decimal, target: Decimal) -> Fraction:
    """The share of `target` that `actual` meets, 0–1: full when met, else pro rata.

    `at_least`: actual ÷ target. `at_most`: target ÷ actual. `equal`: 1 − |actual − target| ÷ |target|. Never below 0. A target of 0, and
    one below it that is a least or a most, is met or not: nothing lies in between.
    """
    if is_met(direction, actual, target):
        return FULL
    if target == 0 or (target < 0 and direction != "equal"):
        return NOTHING
    reached, aim = Fraction(actual), Fraction(target)
    match direction:
        case "at_least":
            return max(NOTHING, reached / aim)
        case "at_most":
            return aim / reached
        case "equal":
            return max(NOTHING, 1 - abs(reached / aim - 1))


def is_met(direction: Direction, actual: Decimal, target: Decimal) -> bool:
    """Whether the target is met or passed."""
    match direction:
        case "at_least":
            return actual >= target
        case "at_most":
            return actual <= target
        case "equal":
            return actual == target


def percent(part: int, whole: int) -> Decimal:
    """100 × part ÷ whole, rounded half-up to 0.01 (a half goes away from zero); exact, because it is integers throughout."""
    hundredths, rest = divmod(abs(part) * 10_000, whole)
    if rest * 2 >= whole:
        hundredths += 1
    return Decimal(hundredths if part >= 0 else -hundredths).scaleb(-2)


def rounded(value: Fraction) -> Decimal:
    """`value` rounded half-up (away from zero) to 0.01: the only rounding there is, of a finished figure."""
    return percent(value.numerator, 100 * value.denominator)
