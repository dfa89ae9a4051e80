"""A statement of sums by project and month: told from one of vouchers by its headers, read by the same map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from backbone.tables import Float, Row
from backbone.tables.amounts import NoAmount, amount_held, amount_of
from backbone.tables.dates import DayReader, NoDay
from backbone.tables.headers import plain_name, positions
from backbone.tables.widths import narrow
from cli.emitting.columns import Cell, Found, find_columns, recognised
from cli.emitting.maps import Columns, Map
from cli.emitting.vouchers import fitting_code
from contracts.kinds import exponent, minor_units, period_of

Reasons = tuple[str, ...]
MONTHS = ("月份", "会计月份", "期间", "会计期间", "月", "month", "period", "accounting period", "accounting month")
COUNTS = ("凭证张数", "凭证数", "张数", "笔数", "vouchers", "voucher count", "count")
_MONTH = re.compile(r"(?P<year>[0-9]{4})[-/.年]?(?P<month>0?[1-9]|1[0-2])月?", re.ASCII)
_ALONE = re.compile(r"(?P<month>0?[1-9]|1[0-2])月?", re.ASCII)
_CODE = re.compile(r"[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]{0,78}[^\s/\x00-\x1f\x7f])?")
_MOST = 10**17


class Total(NamedTuple):
    """What a statement says of a project's month: minor units, and how many vouchers where it says that."""

    project: str
    period: str
    currency: str
    amount: int
    vouchers: int | None


def is_totals(headers: Sequence[str], map: Map) -> bool:
    """No voucher's number among the headers, but a month."""
    names = positions(headers)
    numbered = any(plain_name(name) in names for name in map.columns.voucher)
    return not numbered and any(plain_name(name) in names for name in (*MONTHS, *map.columns.date))


def understood(headers: Sequence[str], map: Map) -> int:
    """How well a row is understood as headers of a statement of either kind."""
    month = any(plain_name(name) in positions(headers) for name in MONTHS)
    return recognised(headers, map) + (10 if month else 0)


class TotalRows:
    """Reads the rows of one statement of sums."""

    def __init__(self, headers: Sequence[str], map: Map, year: int | None) -> None:
        monthly = any(plain_name(name) in positions(headers) for name in MONTHS)
        columns = map.columns.model_copy(
            update={"voucher": map.columns.project, "date": MONTHS if monthly else map.columns.date}
        )
        read_as = Map(currency=map.currency, columns=Columns.model_validate(columns.model_dump()), formats=map.formats)
        found: Found = find_columns(headers, read_as)
        self._says = found.cells
        self._monthly = monthly
        self._days = DayReader(map.formats.date)
        self._currency = map.currency or "CNY"
        self._year = year
        place = next((places[0] for name, places in positions(headers).items() if name in COUNTS), None)
        self._count_at = place

    def read(self, row: Row) -> Total | Reasons:
        """The sum that a row is, or every reason why it is none."""
        if row.problems:
            return row.problems
        problems: list[str] = []
        currency = self._cell("currency")(row.cells).upper() or self._currency
        period = self._period(row, problems)
        amount = self._amount(row, currency, problems)
        project = str(self._cell("project")(row.cells))
        if not project:
            problems.append("missing-project")
        elif not _CODE.fullmatch(project):
            problems.append("project-not-valid")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            problems.append("currency-not-valid")
        count = self._count(row, problems)
        return tuple(problems) or Total(project, period, currency, amount, count)

    def source(self, row: Row) -> str | None:
        """The source that a row names, where nothing else does."""
        return fitting_code(str(self._cell("source")(row.cells)))

    def _cell(self, part: str) -> Cell:
        return self._says.get(part, lambda cells: "")

    def _period(self, row: Row, problems: list[str]) -> str:
        said = self._cell("date")(row.cells)
        text = narrow(str(said))
        if isinstance(said, Float) and "." in said:  # 2026.1 of a workbook is January or October
            problems.append("month-not-valid")
            return ""
        if not text:
            problems.append("missing-month")
            return ""
        if self._monthly and (whole := _MONTH.fullmatch(text)):
            return f"{whole['year']}-{int(whole['month']):02d}"
        if self._monthly and (alone := _ALONE.fullmatch(text)):
            year = narrow(str(self._cell("fiscal_year")(row.cells)))[:4] or (str(self._year) if self._year else "")
            if re.fullmatch(r"[0-9]{4}", year, re.ASCII):
                return f"{year}-{int(alone['month']):02d}"
        try:
            return period_of(self._days.day(text))
        except NoDay:
            problems.append("month-not-valid")
            return ""

    def _amount(self, row: Row, currency: str, problems: list[str]) -> int:
        text = self._cell("amount")(row.cells)
        try:
            amount = amount_held(text, exponent(currency)) if isinstance(text, Float) else amount_of(text)
            fen = minor_units(amount, currency)
        except NoAmount:
            problems.append("amount-not-a-number" if text else "missing-amount")
            return 0
        except ValueError:
            problems.append("amount-finer-than-minor-unit")
            return 0
        if abs(fen) > _MOST:
            problems.append("amount-out-of-range")
        return fen

    def _count(self, row: Row, problems: list[str]) -> int | None:
        if self._count_at is None or self._count_at >= len(row.cells):
            return None
        text = narrow(str(row.cells[self._count_at]).strip()).replace(",", "").removesuffix(".0")
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,15}", text, re.ASCII):
            problems.append("count-not-valid")
            return None
        return int(text)
