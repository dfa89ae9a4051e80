"""Sums of shares: exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from services.evaluation.domain.shares import exact_sum, mean, passed_by


@pytest.mark.parametrize(("actual", "target", "by"), [("145", "100", "9/20"), ("90", "100", "0"), ("5", "0", "0")])
def test_by_how_much_a_target_was_passed(actual: str, target: str, by: str) -> None:
    assert passed_by(Decimal(actual), Decimal(target)) == Fraction(by)


def test_unrounded_means_unrounded() -> None:
    """Three thirds are one, where 28 digits would make them 0.999…"""
    assert mean((Fraction(1, 3), Fraction(1, 3), Fraction(1, 3))) * 3 == 1
    assert exact_sum([Decimal("1e40"), Decimal("0.01"), Decimal("-1e40")]) == Decimal("0.01")
