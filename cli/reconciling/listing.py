"""The file that lists every difference, one a line: written as they are found, in its place when it is whole.

CSV in UTF-8 with its mark, which a spreadsheet opens without being told. A text that a spreadsheet would take for a formula is guarded.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from backbone.tables.guards import guarded
from cli.emitting.words import Refused, reason_sentence
from contracts.kinds import major_units

COLUMNS = (
    "difference", "in_words", "numbering_year", "number", "project", "month", "line",
    "statement_date", "statement_amount", "statement_currency", "statement_project", "statement_vouchers",
    "ledger_date", "ledger_amount", "ledger_currency", "ledger_project", "ledger_vouchers",
)  # fmt: skip
WORDS = {
    "unreadable": "对账单中读不出的行 · a line of the statement that can't be read",
    "contradicted": "对账单自相矛盾 · the statement contradicts itself",
    "missing-here": "账本中没有 · not in the ledger",
    "missing-there": "对账单中没有 · not in the statement",
    "other-figures": "日期、金额、币种或项目不同 · another date, amount, currency or project",
    "other-sum": "项目当月合计不同 · another sum of the project's month",
}
"""Kinds of differences, in the order in which they press."""


class Listing(AbstractContextManager["Listing"]):
    """Takes differences and counts them by kind. With none there is no file; `path` is where they stand, `digest` the SHA-256 of it."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.counts = dict.fromkeys(WORDS, 0)
        self.path: Path | None = None
        self.digest: str | None = None
        self._draft = target.with_name(f".{target.name}.part")
        try:
            self._file = self._draft.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise Refused("list-not-written", file=target, why=error.strerror or error) from None
        self._sheet = csv.writer(self._file)
        self._sheet.writerow(COLUMNS)

    def unreadable(self, line: int, reasons: Sequence[str]) -> None:
        """A line of the statement that could not be read, and why."""
        self.counts["unreadable"] += 1
        words = f"{WORDS['unreadable']}: {reason_sentence(tuple(reasons))}"
        self._sheet.writerow(["unreadable", words, "", "", "", "", line, *[""] * 10])

    def take(self, found: dict[str, Any]) -> None:
        """A difference that the comparison found."""
        kind = found["kind"]
        self.counts[kind] += 1
        project = found["statement_project"] or found["ledger_project"]
        places = (found["numbering_year"], found["number"], project, _month(found), found["line"])
        sides = [part for side in ("statement", "ledger") for part in _side(found, side)]
        self._sheet.writerow([kind, WORDS[kind], *(_cell(each) for each in (*places, *sides))])

    def done(self) -> None:
        """All has been told: put the file in its place, where there is anything in it."""
        self._file.close()
        if not any(self.counts.values()):
            return
        with self._draft.open("rb") as file:
            self.digest = hashlib.file_digest(file, "sha256").hexdigest()
        try:
            self._draft.replace(self.target)
        except OSError as error:
            raise Refused("list-not-written", file=self.target, why=error.strerror or error) from None
        self.path = self.target

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._draft.unlink(missing_ok=True)


def said(found: dict[str, Any], side: str) -> str | None:
    """What one side says, in one line: for the event and its page."""
    day, amount, currency, project, vouchers = _side(found, side)
    if amount is None:
        return None
    of = f"{vouchers} 张 vouchers" if found["number"] is None and vouchers is not None else None
    return " ".join(str(each) for each in (day, amount, currency, project, of) if each is not None)


def _side(found: dict[str, Any], side: str) -> tuple[Any, ...]:
    amount, currency = found[f"{side}_amount"], found[f"{side}_currency"]
    major = None if amount is None else format(major_units(amount, currency), "f")
    return found[f"{side}_date"], major, currency, found[f"{side}_project"], found[f"{side}_vouchers"]


def _month(found: dict[str, Any]) -> str:
    day = found["statement_date"] or found["ledger_date"]
    return found["period"] or (day.strftime("%Y-%m") if day else "")


def _cell(value: object) -> object:
    """Amounts keep their minus; other texts are guarded."""
    match value:
        case None:
            return ""
        case str() if value.lstrip("-").replace(".", "", 1).isdigit():
            return value
        case str():
            return guarded(value)
        case _:
            return value
