"""Figures as people read them: money from fen, percent, points, days and months, in 中文 and English.

Money stays exact: it comes as integer fen and is shown with all its fen, except where `wan` shortens a large sum for an overview
(rounded half-up to 0.01 万元); the exact sum stands in the same page.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date

from contracts.kinds import exponent, major_units

_PLACE = ZoneInfo("Asia/Shanghai")
_LOCALE = {"zh": "zh_CN", "en": "en_GB"}
_WAN, _YI = 10_000, 100_000_000
NOTHING = "—"


def amount(fen: int | None, currency: str = "CNY") -> str:
    """Money without its unit, exact, with thousands commas: 480000000 → `4,800,000.00`; for a column whose head says the unit."""
    return NOTHING if fen is None else f"{major_units(fen, currency):,.{exponent(currency)}f}".replace("-", "−")


def yuan(fen: int | None, lang: str, currency: str = "CNY") -> str:
    """Money with its unit, exact: `4,800,000.00 元`, `CNY 4,800,000.00`."""
    if fen is None:
        return NOTHING
    if lang == "zh" and currency == "CNY":
        return f"{amount(fen)} 元"
    return f"{currency} {amount(fen, currency)}"


def wan(fen: int | None, lang: str, currency: str = "CNY") -> str:
    """A sum for an overview: `480.00 万元`, `1.23 亿元` (English: `CNY 4.80 million`); small sums as `yuan`."""
    if fen is None or abs(fen) < _WAN * 10 ** exponent(currency):
        return yuan(fen, lang, currency)
    major = major_units(fen, currency)
    if lang == "zh" and currency == "CNY":
        divisor, unit = (_YI, "亿元") if abs(major) >= _YI else (_WAN, "万元")
        return f"{_shortened(major, divisor)} {unit}"
    if abs(major) < 1_000_000:
        return yuan(fen, lang, currency)
    return f"{currency} {_shortened(major, 1_000_000)} million"


def percent(value: Decimal | str | None) -> str:
    """A share of 100 with two decimals: `81.00 %`."""
    return NOTHING if value is None else f"{Decimal(value):.2f}%".replace("-", "−")


def points(value: Decimal | str | None) -> str:
    """Points of a score with two decimals: `94.08`."""
    return NOTHING if value is None else f"{Decimal(value):.2f}".replace("-", "−")


def number(value: Decimal | int | str | None) -> str:
    """A count or an indicator's value as written, with thousands commas."""
    return NOTHING if value is None else f"{Decimal(value):,f}".replace("-", "−")


def day(value: date | datetime | str | None, lang: str) -> str:
    """A day in Asia/Shanghai: `2026年7月11日`, `11 July 2026`."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(_PLACE).date()
    return format_date(value, "long", locale=_LOCALE[lang])


def month(period: str | None, lang: str) -> str:
    """A month: `2026年7月`, `July 2026`."""
    if period is None:
        return NOTHING
    first = date.fromisoformat(f"{period}-01")
    return format_date(first, "y年M月" if lang == "zh" else "MMMM y", locale=_LOCALE[lang])


def month_of_year(period: str, lang: str) -> str:
    """A month where its year is known: `7月`, `Jul`."""
    first = date.fromisoformat(f"{period}-01")
    return format_date(first, "M月" if lang == "zh" else "MMM", locale=_LOCALE[lang])


def moment(value: datetime | None, lang: str) -> str:
    """A day with its time in Asia/Shanghai: `2026年7月11日 09:30`."""
    return NOTHING if value is None else f"{day(value, lang)} {value.astimezone(_PLACE):%H:%M}"


def _shortened(major: Decimal, divisor: int) -> str:
    return f"{(major / divisor).quantize(Decimal('0.01'), ROUND_HALF_UP):,.2f}".replace("-", "−")
