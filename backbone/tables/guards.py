"""The guards by which spreadsheets keep text from being taken for a number: `="0107"`, and an apostrophe before it."""

from __future__ import annotations

import re

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
