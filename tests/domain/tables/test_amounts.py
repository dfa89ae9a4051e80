"""Amounts as people write them: read exactly, or refused."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbone.tables.amounts import NoAmount, amount_of, sign_in

WRITTEN = {
    "0": "0",
    "2240": "2240",
    "00123.40": "123.40",
    "0.50": "0.50",
    "0.00": "0.00",
    "100,000": "100000",
    ".50": "0.50",
    " 1,234.50 ": "1234.50",
    "1,234,567.89": "1234567.89",
    "１，２３４．５０": "1234.50",
    "1，234，567": "1234567",
    "¥1,234.50": "1234.50",
    "￥１２": "12",
    "£ 3.10": "3.10",
    "￡3.10": "3.10",
    "$3": "3",
    "€3": "3",
    "-856.74": "-856.74",
    "－856.74": "-856.74",
    "\u2212856.74": "-856.74",
    "\u2013856.74": "-856.74",
    "856.74-": "-856.74",
    "1,234.50 -": "-1234.50",
    "-¥1,234": "-1234",
    "¥-1,234": "-1234",
    "(1,234.50)": "-1234.50",
    "（1,234.50）": "-1234.50",
    "(£1,234.50)": "-1234.50",
    "£(1,234.50)": "-1234.50",
    "+5.00": "5.00",
    "\u30001,000\xa0": "1000",
    "1.5000": "1.5000",
}

NO_AMOUNTS = (
    *("", " ", "-", "()", ".", "¥", "n/a", "十元", "12元", "1.2万"),
    *("1,234.5.6", "1.234,50", "1,23", "1,2345", "12,34,567", ",123", "1,234,", "1,,234", "1234,567"),
    *("0,123", "000,123", "012,345.60", "-0,123", "¥0,123.00", "(0,123)", "００，１２３"),
    *("1e5", "1E+05", "4.63E+07", "NaN", "nan", "Infinity", "-inf", "1_000", "0x10", "½", "٣٤"),
    *("--5", "-5-", "(-5)", "-(5)", "(5", "5)", "((5))", "¥£5", "¥(£5)", "5 000", "1'000", "5.", "1" * 25),
)


@pytest.mark.parametrize(("text", "amount"), WRITTEN.items())
def test_an_amount_as_people_write_it_is_read_exactly(text: str, amount: str) -> None:
    read = amount_of(text)
    assert read == Decimal(amount)
    assert str(abs(read)) == str(abs(Decimal(amount)))


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(NoAmount):
        amount_of(text)


@given(
    st.integers(-(10**17), 10**17),
    st.sampled_from(["{:,.2f}", "{:.2f}", "({:,.2f})", "{:,.2f}-", "￥{:,.2f}", "-£{:,.2f}"]),
    st.booleans(),
)
def test_whatever_is_written_is_read_back(fen: int, form: str, wide: bool) -> None:
    amount = Decimal(fen).scaleb(-2)
    negative = form[0] in "(-" or form.endswith("-")
    written = form.format(abs(amount) if negative or form[0] == "￥" else amount)
    if wide:
        written = written.translate(str.maketrans("0123456789,.", "０１２３４５６７８９，．"))
    expected = -abs(amount) if negative else abs(amount) if form[0] == "￥" else amount
    assert amount_of(written) == expected


@given(st.text(max_size=12))
def test_no_text_is_anything_but_an_amount_or_refused(text: str) -> None:
    with suppress(NoAmount):
        assert amount_of(text).is_finite()


@pytest.mark.parametrize(("text", "sign"), [("£5", "£"), ("￥5", "¥"), ("(￡5)", "£"), ("5", None), ("＄5", "$")])
def test_the_currency_sign_is_told(text: str, sign: str | None) -> None:
    assert sign_in(text) == sign
