"""Working days: the swaps of the notices, counting, unknown years; a second library agrees on every day."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.workdays import add_working_days, is_working_day, working_days_between

KNOWN_DAYS = st.dates(date(2012, 1, 1), date(2026, 6, 30))


def test_a_public_holiday_is_no_working_day_and_its_swapped_sunday_is_one() -> None:
    assert not is_working_day(date(2026, 2, 17)), "春节"
    assert is_working_day(date(2026, 2, 14)), "a Saturday worked for 春节"
    assert not is_working_day(date(2026, 3, 14)), "a plain Saturday"


def test_every_day_of_fifteen_years_is_what_a_second_library_says() -> None:
    oracle = holidays.country_holidays("CN", years=range(2011, 2028))
    days = [date(2012, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2012, 1, 1)).days)]
    assert [day for day in days if is_working_day(day) != oracle.is_working_day(day)] == []


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 2), 7, date(2026, 3, 11)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # the 14th is worked, 15th–23rd are 春节
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
    ],
)
def test_working_days_are_counted_after_the_day(day: date, count: int, expected: date) -> None:
    assert add_working_days(day, count) == expected


@given(day=KNOWN_DAYS, count=st.integers(1, 60))
def test_exactly_so_many_working_days_lie_between(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert is_working_day(end)
    assert sum(is_working_day(day + timedelta(days=n)) for n in range(1, (end - day).days + 1)) == count


def test_a_year_nobody_announced_is_said_not_guessed() -> None:
    with pytest.raises(LookupError, match="working days of 2199 are not known"):
        is_working_day(date(2199, 3, 3))
    with pytest.raises(LookupError, match="working days of 1990"):
        add_working_days(date(1990, 3, 3), 1)


def test_counting_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="counted forwards"):
        add_working_days(date(2026, 3, 3), -1)


@given(day=st.dates(date(2024, 1, 1), date(2025, 6, 1)), count=st.integers(0, 60))
def test_days_gone_by_are_the_days_that_were_added(day: date, count: int) -> None:
    assert working_days_between(day, add_working_days(day, count)) == count
    assert working_days_between(add_working_days(day, count + 1), day) == 0
