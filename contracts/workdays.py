"""Chinese working days: weekends, holidays and the working Saturdays and Sundays that make up for them (调休).

They are dated data: the State Council announces each year's in the November before (国务院办公厅关于部分节假日安排的通知).
A year that is not announced, or that this release does not hold yet, is said and never guessed from weekends.
"""

from __future__ import annotations

from datetime import date, timedelta


def is_working_day(day: date) -> bool:
    """Whether people work on `day` in China; LookupError with a sentence for a year whose holidays are not known."""
    from chinese_calendar import is_workday  # pyright: ignore[reportUnknownVariableType]

    try:
        return is_workday(day)
    except NotImplementedError:
        raise LookupError(
            f"the working days of {day.year} are not known: the State Council's holiday notice for that year is not in this release"
        ) from None


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which is not counted itself (「7个工作日内」); 0 gives `day`.

    ValueError for a negative count; LookupError where the way leads into a year whose holidays are not known.
    """
    if count < 0:
        raise ValueError(f"working days are counted forwards: {count} is negative")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days have gone by after `first` up to and with `last`; 0 where `last` is not later.

    LookupError where the way leads through a year whose holidays are not known.
    """
    return sum(is_working_day(first + timedelta(days=passed)) for passed in range(1, (last - first).days + 1))
