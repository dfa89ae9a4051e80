"""A row as a voucher (凭证), or every reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from pydantic import ValidationError

from backbone.tables import Day, Float, Number, Row
from backbone.tables.amounts import SIGNS, NoAmount, amount_held, amount_of, sign_in
from backbone.tables.dates import DayReader, NoDay
from backbone.tables.widths import narrow
from cli.emitting.columns import Cell
from cli.emitting.maps import Columns, Map
from cli.emitting.words import Refused
from contracts.execution import ExecutionReported
from contracts.kinds import exponent, minor_units

Reasons = tuple[str, ...]

YEARS = range(1990, 2201)
_MOST = 10**15
_FISCAL_YEAR = re.compile(r"([0-9]{4})(?:年度?)?", re.ASCII)
_LOST_DIGITS = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+", re.ASCII)
_CURRENCIES = {
    "人民币": "CNY",
    "元": "CNY",
    "RMB": "CNY",
    "英镑": "GBP",
    "美元": "USD",
    "欧元": "EUR",
    "港币": "HKD",
    "港元": "HKD",
}
_NOT_IN_A_CODE = dict.fromkeys([*range(32), 127], " ") | {ord("/"): "／"}
_FIELDS = frozenset(ExecutionReported.model_fields)
_MISSING = {
    "number": "missing-voucher",
    "numbering_year": "missing-numbering-year",
    "date": "missing-date",
    "amount": "missing-amount",
    "project": "missing-project",
}
_REFUSED_FIELD = {
    "number": "voucher-not-valid",
    "numbering_year": "fiscal-year-not-valid",
    "amount": "amount-out-of-range",
}


class VoucherRows(Protocol):
    """Reads the rows of one file. `source` and `currency` hold for all of it; the first row says them where nothing else does."""

    source: str | None
    currency: str | None
    other_signs: int

    def read(self, row: Row) -> ExecutionReported | Reasons: ...


class SheetRows:
    """Rows under headers, as a map reads them."""

    def __init__(
        self, map: Map, cells: dict[str, Cell], source: str | None, *, cut: frozenset[int] = frozenset()
    ) -> None:
        self.source = source or map.source
        self.currency = map.currency or (None if "currency" in cells else "CNY")
        self.other_signs = 0
        """Amounts whose currency sign says another currency than the source's."""
        self._map = map
        self._cut = cut
        self._says = {part: cells.get(part, _nothing) for part in Columns.model_fields}
        self._days = DayReader(map.formats.date)
        # The usual names of this column mean other things too: it counts where nothing else names the source.
        self._source_column = None if self.source else cells.get("source")
        if self.source is None and self._source_column is None:
            raise Refused("source-needed")

    def read(self, row: Row) -> ExecutionReported | Reasons:
        """The voucher that a row is, or every reason why it is none."""
        if row.problems:
            return row.problems
        if row.number in self._cut:
            return ("amount-cut-at-comma",)
        problems: list[str] = []
        self._of_the_file(row, problems)
        found: dict[str, Any] = {
            "number": self._number(row, problems),
            "date": self._date(row, problems),
            "amount": self._amount(row, problems),
            "project": self._says["project"](row.cells),
            "unit": fitting_code(self._says["unit"](row.cells)),
            "memo": self._says["memo"](row.cells).replace("\x00", "")[:4000] or None,
            "functional": fitting_code(self._says["functional"](row.cells)),
            "economic": fitting_code(self._says["economic"](row.cells)),
            "sequence": self._sequence(row, problems),
        }
        if not found["project"]:
            problems.append("missing-project")
        found["numbering_year"] = self._numbering_year(row, found["date"], problems)
        if problems:
            return tuple(problems)
        return _voucher(found | {"source": self.source, "currency": self.currency})

    def _number(self, row: Row, problems: list[str]) -> str:
        number = self._says["voucher"](row.cells)
        if not number:
            problems.append("missing-voucher")
        elif _LOST_DIGITS.fullmatch(number):
            problems.append("voucher-in-scientific-notation")
        return number

    def _date(self, row: Row, problems: list[str]) -> Any:
        text = self._says["date"](row.cells)
        if not text:
            problems.append("missing-date")
            return None
        return _day(self._days, text, problems)

    def _amount(self, row: Row, problems: list[str]) -> int:
        text = self._says["amount"](row.cells)
        if not text:
            problems.append("missing-amount")
            return 0
        try:
            amount = amount_held(text, exponent(self.currency or "CNY")) if isinstance(text, Float) else amount_of(text)
        except NoAmount:
            problems.append("amount-not-a-number")
            return 0
        sign = sign_in(text)
        if sign and self.currency not in SIGNS[sign]:
            self.other_signs += 1
        try:
            fen = minor_units(amount, self.currency or "CNY")
        except ValueError:
            problems.append("amount-finer-than-minor-unit")
            return 0
        if abs(fen) > _MOST:
            problems.append("amount-out-of-range")
        return fen

    def _sequence(self, row: Row, problems: list[str]) -> int | None:
        text = narrow(self._says["sequence"](row.cells))
        if text and not (text.isascii() and text.isdigit()):
            problems.append("sequence-not-valid")
            return None
        return int(text) if text else None

    def _of_the_file(self, row: Row, problems: list[str]) -> None:
        """Source and currency, where a column says them: one of each a file."""
        if self._source_column is not None:
            source = self._source_column(row.cells)
            self.source = self.source or fitting_code(source)
            if source == "":
                problems.append("missing-source")
            elif fitting_code(source) != self.source:
                problems.append("other-source")
        written = self._says["currency"](row.cells).upper()
        currency = _CURRENCIES.get(written, written) or self.currency or "CNY"
        if currency != (self.currency or currency):
            problems.append("other-currency")
        elif len(currency) == 3 and currency.isascii() and currency.isalpha():
            self.currency = currency
        else:
            problems.append("currency-not-valid")

    def _numbering_year(self, row: Row, day: Any, problems: list[str]) -> int:
        if self._map.numbering == "continuous":
            return 0
        written = narrow(self._says["fiscal_year"](row.cells))
        if not written:
            return day.year if day else 0
        if written == "0":  # as `jixiao export` writes it of a source whose numbers never repeat
            return 0
        year = _FISCAL_YEAR.fullmatch(written)
        if year is None or int(year[1]) not in YEARS:
            problems.append("fiscal-year-not-valid")
            return 0
        return int(year[1])


class ContractRows:
    """JSON lines that are vouchers already, in the fields of ExecutionReported: amounts are integers in minor units."""

    def __init__(self, headers: tuple[str, ...], source: str | None, currency: str | None) -> None:
        self.source = source
        self.currency = currency
        self.other_signs = 0
        self._days = DayReader()
        self._fields = [(place, name) for place, name in enumerate(headers) if name in _FIELDS]
        if source is None and "source" not in headers:
            raise Refused("source-needed")

    def read(self, row: Row) -> ExecutionReported | Reasons:
        """The voucher that a line is, or every reason why it is none."""
        if row.problems:
            return row.problems
        problems: list[str] = []
        found: dict[str, Any] = {name: row.cells[place] for place, name in self._fields if row.cells[place] != ""}
        self.source = self.source or found.get("source")
        self.currency = self.currency or found.get("currency", "CNY")
        if found.setdefault("source", self.source) != self.source:
            problems.append("other-source")
        if found.setdefault("currency", self.currency) != self.currency:
            problems.append("other-currency")
        problems += [reason for name, reason in _MISSING.items() if name not in found]
        if "date" in found:
            found["date"] = _day(self._days, found["date"], problems)
        for name in ("amount", "numbering_year", "sequence"):
            if name in found:
                found[name] = _whole(found[name])
        if isinstance(found.get("amount"), str):
            problems.append("amount-not-in-minor-units")
        if problems:
            return tuple(problems)
        return _voucher(found)


def is_contract(headers: tuple[str, ...]) -> bool:
    """Whether a JSON line's keys are those of ExecutionReported, rather than headers of a sheet."""
    return set(headers) >= set(_MISSING)


@lru_cache(maxsize=10_000)
def fitting_code(text: str) -> str | None:
    """A unit's or classification's name made to fit where codes stand: on one line, its slash a full-width one, 80 characters."""
    if not text:
        return None
    return " ".join(text.translate(_NOT_IN_A_CODE).split())[:80].strip() or None


def _nothing(cells: Sequence[str]) -> str:
    """What a column says that the file doesn't have."""
    return ""


def _day(days: DayReader, text: str, problems: list[str]) -> Any:
    try:
        day = date.fromisoformat(text) if isinstance(text, Day) else days.day(text)
    except NoDay as error:
        problems.append("date-in-no-listed-format" if error.reason == "no-listed-format" else "no-such-day")
        return None
    if day.year not in YEARS:
        problems.append("date-out-of-range")
        return None
    return day


def _whole(text: str) -> int | str:
    """A JSON integer as one; anything else as it stands."""
    if isinstance(text, Number) and len(text) <= 20 and text.removeprefix("-").isdigit():
        return int(text)
    return text


def _voucher(found: dict[str, Any]) -> ExecutionReported | Reasons:
    try:
        return ExecutionReported(**found)
    except ValidationError as error:
        fields = dict.fromkeys(str(problem["loc"][0]) for problem in error.errors(include_url=False))
        return tuple(_REFUSED_FIELD.get(field, f"{field.replace('_', '-')}-not-valid") for field in fields)
