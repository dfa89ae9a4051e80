"""Sums of shares, exact: nothing is rounded until `contracts.shares.rounded`, once, at the end (方案篇五, 指标评估; 财预〔2020〕10号)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext
from fractions import Fraction

from contracts.shares import NOTHING


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
