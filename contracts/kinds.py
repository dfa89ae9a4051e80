"""Money, scores, shares and periods, in the units that every event uses."""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

PLAIN = re.compile(r"[+-]?[0-9]{1,60}(\.[0-9]{1,60})?")
"""A number as people check it: plain digits, at most 60 before its point and 60 after; no exponent, no grouping, no other script."""


def _exact(value: object) -> object:
    """Refuse a float where an exact decimal is meant (0.1 has no exact binary form), and every notation but plain digits."""
    if isinstance(value, bool | float):
        raise PydanticCustomError(
            "decimal_type", 'a decimal is written as a string, such as "0.10"; a binary float is not exact'
        )
    if isinstance(value, str) and not PLAIN.fullmatch(value):
        raise PydanticCustomError(
            "decimal_parsing",
            'a decimal is written in plain digits, such as "-1234.50": no exponent, no grouping, no spaces',
        )
    return value


def _ascii(value: str) -> str:
    """Digits of other scripts look like a month and are none."""
    if not value.isascii():
        raise PydanticCustomError("string_pattern_mismatch", "a month is written in ASCII digits, such as 2026-07")
    return value


def _plain(value: Decimal) -> str:
    return format(value, "f")


Fen = Annotated[
    int, Field(strict=True, ge=-(10**15), le=10**15, description="integer minor units of the currency (分)")
]
"""Money in events: integer minor units (分 of the yuan, pence of the pound), at most 10 trillion major units."""

Exact = Annotated[
    Decimal,
    Field(max_digits=28, allow_inf_nan=False, description="exact decimal, written as a string"),
    BeforeValidator(_exact),
    PlainSerializer(_plain, return_type=str),
]
"""An exact decimal number of any unit; never a binary float, never NaN."""

Score = Exact
"""Points, usually 0–100 (plan 5's total may pass 100 by its bonus)."""

Share = Exact
"""A share of 1."""

Percent = Exact
"""A share of 100, rounded half-up to 0.01."""

Period = Annotated[
    str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="a month, such as 2026-07"), AfterValidator(_ascii)
]
Year = Annotated[int, Field(ge=1990, le=2200, description="fiscal year (the calendar year, 预算法第十八条)")]
Code = Annotated[
    str, Field(min_length=1, max_length=80, pattern=r"^[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]*[^\s/\x00-\x1f\x7f])?$")
]
"""A code of a project, unit, source or indicator: 1–80 characters, no slash, no control character, no space at its ends."""
Text = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]
"""A text that somebody has to give: blanks at its ends do not count, and blanks alone say nothing."""
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]
Direction = Literal["at_least", "at_most", "equal"]

_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}


def exponent(currency: str) -> int:
    """How many decimals the minor unit of `currency` has (ISO 4217): 2 for CNY and GBP."""
    return _EXPONENTS.get(currency, 2)


def minor_units(amount: Decimal, currency: str = "CNY") -> int:
    """`amount` in major units (yuan) as integer minor units (fen); ValueError where it is finer than the minor unit."""
    scaled = amount.scaleb(exponent(currency))
    whole = scaled.to_integral_value()
    if scaled != whole:
        raise ValueError(f"{amount} is finer than the minor unit of {currency}")
    return int(whole)


def major_units(amount: int, currency: str = "CNY") -> Decimal:
    """Integer minor units (fen) as an exact decimal of major units (yuan), with the currency's decimals."""
    return Decimal(amount).scaleb(-exponent(currency))


def last_day(period: str) -> date:
    """The last day of a month: `2026-02` → 2026-02-28."""
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, calendar.monthrange(year, month)[1])


def period_of(day: date) -> str:
    """The month that a day lies in: 2026-02-03 → `2026-02`."""
    return f"{day.year:04d}-{day.month:02d}"


def next_period(period: str) -> str:
    """The month after: `2026-12` → `2027-01`."""
    year, month = int(period[:4]), int(period[5:])
    return f"{year + 1:04d}-01" if month == 12 else f"{year:04d}-{month + 1:02d}"


def periods_of(year: int) -> tuple[str, ...]:
    """The twelve months of a fiscal year, January first."""
    return tuple(f"{year:04d}-{month:02d}" for month in range(1, 13))
