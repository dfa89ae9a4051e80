"""The guards by which spreadsheets keep text from being taken for a number: `="0107"`, and an apostrophe before it."""

from __future__ import annotations

import re

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


def unguarded(text: str) -> str:
    """A cell's text as its writer meant it: `="0107"` and `'0107` → `0107`. Between two apostrophes it is quoted, and stays as it is."""
    if not text or text[0] not in "='":
        return text
    formula = _FORMULA.fullmatch(text)
    if formula is not None:
        return formula[1].replace('""', '"').strip()
    if text[0] == "'" and "'" not in text[1:]:
        return text[1:].strip()
    return text


def guarded(text: str) -> str:
    """A text for a cell of CSV that no spreadsheet takes for a formula: with an apostrophe before it where it begins like one. What
    reads it back takes the apostrophe off (`unguarded`); a text that holds another one can't be guarded so, and stays as it is."""
    return f"'{text}" if text[:1] in _BEGINS_FORMULA and "'" not in text else text
