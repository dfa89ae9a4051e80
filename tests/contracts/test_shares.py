"""How much of a target is met, and the one rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.shares import percent, rounded, share_of_target

DIRECTIONS = st.sampled_from(["at_least", "at_most", "equal"])
TARGETS = st.decimals(0, 10**6, places=4)
ACTUALS = st.decimals(-(10**6), 10**6, places=4)


@pytest.mark.parametrize(
    ("direction", "actual", "target", "share"),
    [
        ("at_least", "100", "100", "1"),
        ("at_least", "250", "100", "1"),
        ("at_least", "75", "100", "3/4"),
        ("at_least", "-5", "100", "0"),
        ("at_least", "0", "0", "1"),
        ("at_least", "3", "0", "1"),
        ("at_least", "-0.01", "0", "0"),
        ("at_least", "-10", "-5", "0"),
        ("at_least", "-4", "-5", "1"),
        ("at_most", "80", "100", "1"),
        ("at_most", "-1", "100", "1"),
        ("at_most", "300", "100", "1/3"),
        ("at_most", "0", "0", "1"),
        ("at_most", "0.01", "0", "0"),
        ("at_most", "-1", "-5", "0"),
        ("equal", "100", "100", "1"),
        ("equal", "90", "100", "9/10"),
        ("equal", "110", "100", "9/10"),
        ("equal", "250", "100", "0"),
        ("equal", "0", "0", "1"),
        ("equal", "1", "0", "0"),
        ("equal", "-4", "-5", "4/5"),
    ],
)
def test_full_when_met_else_pro_rata(direction: Any, actual: str, target: str, share: str) -> None:
    assert share_of_target(direction, Decimal(actual), Decimal(target)) == Fraction(share)


@given(DIRECTIONS, ACTUALS, TARGETS)
def test_a_share_lies_in_0_to_1(direction: Any, actual: Decimal, target: Decimal) -> None:
    assert 0 <= share_of_target(direction, actual, target) <= 1


@given(ACTUALS, ACTUALS, TARGETS)
def test_more_is_never_worth_less_of_at_least_nor_more_of_at_most(
    one: Decimal, other: Decimal, target: Decimal
) -> None:
    less, more = sorted((one, other))
    assert share_of_target("at_least", less, target) <= share_of_target("at_least", more, target)
    assert share_of_target("at_most", less, target) >= share_of_target("at_most", more, target)


@given(DIRECTIONS, ACTUALS, TARGETS, st.integers(1, 1000))
def test_the_unit_of_measurement_does_not_matter(direction: Any, actual: Decimal, target: Decimal, times: int) -> None:
    assert share_of_target(direction, actual * times, target * times) == share_of_target(direction, actual, target)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.005", "0.01"), ("0.0049999999999999999999999999999999999999", "0.00"), ("89.995", "90.00"), ("-0.005", "-0.01"),
     ("-0.004", "0.00"), ("1/3", "0.33"), ("2/3", "0.67"), ("100", "100.00")],
)  # fmt: skip
def test_half_up_to_a_hundredth(value: str, shown: str) -> None:
    assert format(rounded(Fraction(value)), ".2f") == shown


@given(st.fractions(-1000, 1000))
def test_rounding_moves_a_figure_by_half_a_hundredth_at_most(value: Fraction) -> None:
    assert abs(Fraction(rounded(value)) - value) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 20_000, "0.01"),
        (-1, 20_000, "-0.01"),
        (1, 20_001, "0.00"),
        (0, 7, "0.00"),
    ],
)
def test_percent_rounds_half_away_from_zero(part: int, whole: int, expected: str) -> None:
    assert percent(part, whole) == Decimal(expected)


MONEY = st.integers(-(10**12), 10**12)


@given(MONEY, st.integers(1, 10**12))
def test_percent_is_the_exact_quotient_rounded_once(part: int, whole: int) -> None:
    exact = Fraction(part * 100, whole)
    assert abs(Fraction(percent(part, whole)) - exact) <= Fraction(1, 200)
