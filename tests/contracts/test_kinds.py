"""Money, exact decimals, periods and codes: what they hold, and what they refuse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts import kinds

ANY_MONTH = st.dates(date(1990, 1, 1), date(2199, 12, 31))


@given(st.integers(-(10**15), 10**15), st.sampled_from(["CNY", "GBP", "JPY", "KWD"]))
def test_minor_and_major_units_are_each_others_inverse(amount: int, currency: str) -> None:
    assert kinds.minor_units(kinds.major_units(amount, currency), currency) == amount


def test_an_amount_finer_than_the_minor_unit_is_refused() -> None:
    assert kinds.minor_units(Decimal("1234.50")) == 123450
    with pytest.raises(ValueError, match="finer than the minor unit of CNY"):
        kinds.minor_units(Decimal("0.005"))
    with pytest.raises(ValueError, match="finer than the minor unit of JPY"):
        kinds.minor_units(Decimal("0.5"), "JPY")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (kinds.Exact, 0.1),
        (kinds.Exact, "NaN"),
        (kinds.Exact, "1e3"),
        (kinds.Exact, "1,000"),
        (kinds.Exact, " 1"),
        (kinds.Exact, True),
        (kinds.Exact, "-inf"),
        (kinds.Exact, ""),
        (kinds.Exact, "一"),
        (kinds.Exact, None),
        (kinds.Fen, 1.0),
        (kinds.Fen, "1"),
        (kinds.Fen, 10**15 + 1),
        (kinds.Period, "2026-13"),
        (kinds.Period, "2026-1"),
        (kinds.Period, "２０２６-07"),
        (kinds.Code, "a/b"),
        (kinds.Code, " a"),
        (kinds.Code, "a\n"),
        (kinds.Code, ""),
        (kinds.Currency, "cny"),
        (kinds.Said, " \n"),
        (kinds.Said, "a\x00"),
        (kinds.Exact, "1e3"),
        (kinds.Exact, "１２"),
    ],
)
def test_a_kind_refuses(kind: Any, value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (kinds.Code, "CS-2026-007"),
        (kinds.Code, "记 03"),
        (kinds.Code, "a"),
        (kinds.Exact, "9.580"),
        (kinds.Said, "文号"),
    ],
)
def test_a_kind_accepts(kind: Any, value: str) -> None:
    assert str(TypeAdapter(kind).validate_python(value)) == value


@given(ANY_MONTH)
def test_periods_follow_one_another_without_a_gap(day: date) -> None:
    period = kinds.period_of(day)
    last = kinds.last_day(period)
    assert kinds.period_of(last) == period
    assert kinds.period_of(date.fromordinal(last.toordinal() + 1)) == kinds.next_period(period)
    assert period in kinds.periods_of(day.year)
