"""Money stays exact to the fen; large sums are shortened half-up; days and months are written in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbone.web import notation

FEN = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (480_000_000, "4,800,000.00 元", "CNY 4,800,000.00"),
        (1, "0.01 元", "CNY 0.01"),
        (-5, "−0.05 元", "CNY −0.05"),
        (0, "0.00 元", "CNY 0.00"),
        (None, "—", "—"),
    ],
)
def test_money_is_exact(fen: int | None, zh: str, en: str) -> None:
    assert (notation.yuan(fen, "zh"), notation.yuan(fen, "en")) == (zh, en)


@given(FEN)
def test_written_money_can_be_read_back_to_the_fen(fen: int) -> None:
    written = notation.amount(fen).replace(",", "").replace("−", "-")
    assert Decimal(written) * 100 == fen


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (480_000_000, "480.00 万元", "CNY 4.80 million"),
        (999_999, "9,999.99 元", "CNY 9,999.99"),
        (1_000_000, "1.00 万元", "CNY 10,000.00"),
        (1_000_500, "1.00 万元", "CNY 10,005.00"),
        (1_005_000, "1.01 万元", "CNY 10,050.00"),
        (12_345_678_900, "1.23 亿元", "CNY 123.46 million"),
        (-480_000_000, "−480.00 万元", "CNY −4.80 million"),
    ],
)
def test_large_sums_are_shortened_half_up(fen: int, zh: str, en: str) -> None:
    assert (notation.wan(fen, "zh"), notation.wan(fen, "en")) == (zh, en)


def test_other_currencies_keep_their_decimals_and_their_name() -> None:
    assert notation.yuan(123_456, "zh", "GBP") == "GBP 1,234.56"
    assert notation.yuan(123_456, "en", "JPY") == "JPY 123,456"
    assert notation.wan(480_000_000, "zh", "GBP") == "GBP 4.80 million"


def test_days_months_and_moments() -> None:
    assert notation.day("2026-07-11", "zh") == "2026年7月11日"
    assert notation.day(date(2026, 7, 11), "en") == "11 July 2026"
    assert notation.month("2026-02", "zh") == "2026年2月"
    assert notation.month_of_year("2026-02", "en") == "Feb"
    late = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)  # already next year in Asia/Shanghai
    assert notation.moment(late, "zh") == "2027年1月1日 01:05"
    assert notation.day(late, "en") == "1 January 2027"
    assert notation.day(late.isoformat(), "zh") == "2027年1月1日"


def test_shares_points_and_counts() -> None:
    assert notation.percent("81") == "81.00%"
    assert notation.percent(Decimal("-3.5")) == "−3.50%"
    assert notation.points(Decimal("94.08")) == "94.08"
    assert notation.number(12345) == "12,345"
    assert notation.number("31.5") == "31.5"
    assert {notation.percent(None), notation.points(None), notation.number(None), notation.month(None, "zh")} == {"—"}
