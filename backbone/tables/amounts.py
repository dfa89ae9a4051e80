"""Amounts as people write them, read exactly: thousands commas, currency signs, minus before or after, accounting brackets."""

from __future__ import annotations

import re
from decimal import Decimal

from backbone.tables.row import Float
from backbone.tables.widths import narrow

SIGNS = {"¥": ("CNY", "JPY"), "£": ("GBP",), "$": ("USD", "HKD", "AUD", "CAD", "SGD"), "€": ("EUR",)}
"""The currency signs that an amount may carry, and the currencies that each can mean."""

MOST_DIGITS = 24
"""More digits than any sum of public money has; what is longer is no amount."""

_FIFTEEN_DIGITS = Decimal("5E-15")
_OF_A_UNIT = Decimal("1E-7")
_BEYOND_CENTS = Decimal("1E+15")
_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?", re.ASCII)
_WRITTEN = re.compile(
    r"(?P<before>[-+])?\s*(?P<sign>[¥£$€])?\s*(?P<between>[-+])?\s*"
    r"(?P<open>\()?\s*(?P<inside>[¥£$€])?\s*"
    r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)?(?P<fraction>\.[0-9]+)?"
    r"\s*(?P<close>\))?\s*(?P<after>-)?",
    re.ASCII,
)


class NoAmount(ValueError):
    """A text that is no amount."""


def amount_of(text: str) -> Decimal:
    """The exact amount that `text` says: `(1,234.50)` → -1234.50, `￥１，２３４` → 1234. NoAmount for anything else.

    A comma is a thousands comma or nothing: `1,23`, `1,2345` and `1.234,50` are refused, for nobody can tell what was meant; so is
    `0,123`, for no number has a first group of zero. So are
    scientific notation (a spreadsheet has lost the digits), NaN, Infinity, and two signs of the negative at once.
    """
    text = narrow(text)
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    written = _WRITTEN.fullmatch(text)
    if written is None or (written["whole"] is None and written["fraction"] is None):
        raise NoAmount(f"{text!r} is no amount")
    minuses = [written["before"], written["between"], written["after"]]
    bracketed = written["open"] is not None
    if bracketed != (written["close"] is not None) or (written["sign"] and written["inside"]):
        raise NoAmount(f"{text!r} has half a pair of brackets, or two currency signs")
    if sum(sign is not None for sign in minuses) + bracketed > 1:
        raise NoAmount(f"{text!r} carries more than one sign")
    digits = (written["whole"] or "0").replace(",", "") + (written["fraction"] or "")
    if len(digits) > MOST_DIGITS:
        raise NoAmount(f"{text!r} has more digits than an amount can have")
    return Decimal(f"-{digits}" if bracketed or "-" in minuses else digits)


def amount_held(cell: Float, decimals: int) -> Decimal:
    """The amount that a workbook's number holds, rid of the noise of binary sums: 0.30000000000000004 → 0.30 where `decimals` is 2.

    Noise is what fifteen digits, all that spreadsheets show, don't show, or less than a ten-millionth of the minor unit: sums of sums
    leave more. A number that is finer than that is given as it is, for the caller to refuse.
    """
    held = Decimal(cell)
    unit = Decimal(1).scaleb(-decimals)
    nearest = held.quantize(unit) if abs(held) < _BEYOND_CENTS else held
    noise = min(max(abs(held) * _FIFTEEN_DIGITS, unit * _OF_A_UNIT), unit / 100)
    return nearest if abs(held - nearest) < noise else held


def sign_in(text: str) -> str | None:
    """The currency sign that an amount carries, if any: `£12` → `£`."""
    plain = narrow(text)
    return next((sign for sign in SIGNS if sign in plain), None)
