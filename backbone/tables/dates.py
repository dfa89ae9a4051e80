"""Days as people write them, in listed formats only: a day that no listed format explains is refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from backbone.tables.widths import narrow

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_CLOCKS = (" %H:%M", " %H:%M:%S", " %H:%M:%S.%f", "T%H:%M", "T%H:%M:%S", "T%H:%M:%S.%f")
USUAL = (*_DAYS, "%Y%m%d", *(day + clock for day in _DAYS for clock in _CLOCKS))
"""The formats that are read where nothing else is said: the year first, for only then can month and day not be mistaken. Exports
often write a time behind the day, most often midnight; the day is the one written, whatever the time."""

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_PARTS = {"Y": "[0-9]{4}", "y": "[0-9]{2}", "b": "[A-Za-z]{3}", "B": "[A-Za-z]{3,9}", "f": "[0-9]{1,6}", "%": "%"}
_TIMES = ("H", "M", "S")
_MOST_KEPT = 20_000


class NoDay(ValueError):
    """A text that is no day: `reason` is `no-listed-format` or `no-such-day`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DayReader:
    """Reads days in the formats listed, in strftime's letters (%Y %y %m %d %b %B, and %H %M %S %f for a time that is passed over)."""

    def __init__(self, formats: Sequence[str] = USUAL) -> None:
        self._patterns = [_pattern(format) for format in formats]
        self._kept: dict[str, date] = {}

    def day(self, text: str) -> date:
        """The day that `text` says; NoDay where no format fits, or where the calendar has no such day (31 February)."""
        found = self._kept.get(text)
        if found is None:
            found = self._read(text)
            if len(self._kept) < _MOST_KEPT:
                self._kept[text] = found
        return found

    def _read(self, text: str) -> date:
        plain = narrow(text)
        reason = "no-listed-format"
        for pattern in self._patterns:
            match = pattern.fullmatch(plain)
            if match is None:
                continue
            try:
                return _day_of(match.groupdict())
            except ValueError:
                reason = "no-such-day"
        raise NoDay(reason)


def format_problem(format: str) -> str | None:
    """What is wrong with a date format, as a stable word; None where it can be used."""
    letters = re.findall("%(.?)", format)
    if any(letter not in {*_PARTS, *_TIMES, "m", "d"} for letter in letters):
        return "unknown-letter"
    wanted = [letter for letter in letters if letter not in {*_TIMES, "f", "%"}]
    if len(set(wanted)) != len(wanted) or len(wanted) != 3:
        return "not-one-day"
    if "d" not in wanted or not {"Y", "y"} & set(wanted) or not {"m", "b", "B"} & set(wanted):
        return "not-one-day"
    return None


def _pattern(format: str) -> re.Pattern[str]:
    """A format as a pattern; `%m` and `%d` may be one digit unless another number stands beside them."""
    pieces = re.findall("%.|[^%]+", narrow(format))
    pattern = ""
    for index, piece in enumerate(pieces):
        if not piece.startswith("%"):
            pattern += re.escape(piece)
            continue
        beside = [pieces[near] for near in (index - 1, index + 1) if 0 <= near < len(pieces)]
        two = "[0-9]{2}" if any(near.startswith("%") for near in beside) else "[0-9]{1,2}"
        body = _PARTS.get(piece[1], two)
        pattern += body if piece[1] == "%" else f"(?P<{piece[1]}>{body})"
    return re.compile(pattern, re.ASCII)


def _day_of(parts: dict[str, str]) -> date:
    year = int(parts["Y"]) if "Y" in parts else 2000 + int(parts["y"])
    month = int(parts["m"]) if "m" in parts else _month_named(parts.get("b") or parts["B"])
    return date(year, month, int(parts["d"]))


def _month_named(name: str) -> int:
    """`Feb` or `February` → 2; 0, which no calendar has, for a name that is no month's."""
    name = name.casefold()
    return next((number for number, month in enumerate(_MONTHS, 1) if name in (month, month[:3])), 0)
