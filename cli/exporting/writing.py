"""The same rows as CSV, as a workbook, as JSON lines. Money is exact: a text in major units, in a workbook a number with its decimals.

No text becomes a formula: a workbook holds it as text, CSV guards what a spreadsheet would take for one. A sheet of a workbook is full at
1,048,576 rows; the next begins with the headings again.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from backbone.tables.guards import guarded
from cli.exporting.columns import COLUMNS, MONEY
from contracts.kinds import major_units

FULL = 1_048_576
"""Rows that a sheet can hold, the headings among them."""
LONGEST = 32_767
"""Characters that a cell can hold."""
EXACT = 2**53
"""The largest whole number that a workbook's cell holds exactly."""
BEIJING = ZoneInfo("Asia/Shanghai")
Rows = Iterable[dict[str, Any]]
Write = Callable[[BinaryIO, str, Sequence[str], Rows], int]


def write_csv(file: BinaryIO, what: str, headings: Sequence[str], rows: Rows) -> int:
    """How many rows were written. The file begins with the mark by which spreadsheets know UTF-8."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    try:
        sheet = csv.writer(text)
        sheet.writerow(headings)
        count = 0
        for cells in _cells(what, rows):
            sheet.writerow([_plain(cell, guard=True) for cell in cells])
            count += 1
        return count
    finally:
        text.detach()


def write_jsonl(file: BinaryIO, what: str, headings: Sequence[str], rows: Rows) -> int:
    """One object a line; what a row does not say is null."""
    count = 0
    for cells in _cells(what, rows):
        said = dict(zip(headings, (_json(cell) for cell in cells), strict=True))
        file.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def write_xlsx(file: BinaryIO, what: str, headings: Sequence[str], rows: Rows, *, full: int = FULL) -> int:
    """A workbook in bounded memory: rows go to a temporary file as they come."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
        "remove_timezone": True,
    }
    made: Any = xlsxwriter.Workbook(file, options)
    with made as book:
        head, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet, place, count = None, full, 0
        for cells in _cells(what, rows):
            if place == full:
                sheet, place = _sheet(book, what, headings, head), 1
            assert sheet is not None
            for column, cell in enumerate(cells):
                _write_cell(sheet, place, column, cell, moment)
            place, count = place + 1, count + 1
        if sheet is None:
            _sheet(book, what, headings, head)
    return count


FORMATS: dict[str, Write] = {"csv": write_csv, "xlsx": write_xlsx, "jsonl": write_jsonl}
"""Each format with what writes it."""


def _sheet(book: Any, what: str, headings: Sequence[str], head: Any) -> Any:
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet(what if number == 1 else f"{what} {number}")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, headings, head)
    return sheet


def _write_cell(sheet: Any, row: int, column: int, cell: Any, moment: Any) -> None:
    match cell:
        case None:
            pass
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | Decimal() if abs(cell) <= EXACT:
            sheet.write_number(row, column, cell)
        case datetime():
            sheet.write_datetime(row, column, cell, moment)
        case date():
            sheet.write_datetime(row, column, cell)
        case _:
            sheet.write_string(row, column, str(cell)[:LONGEST])


def _cells(what: str, rows: Rows) -> Iterator[list[Any]]:
    """The cells of each row, in the order of the columns; money in major units, times of Beijing."""
    columns = tuple(COLUMNS[what])
    for row in rows:
        yield [_cell(row[name], name, row) for name in columns]


def _cell(value: Any, name: str, row: dict[str, Any]) -> Any:
    if isinstance(value, int) and name in MONEY:
        return major_units(value, row["currency"])
    return value.astimezone(BEIJING) if isinstance(value, datetime) else value


def _plain(cell: Any, *, guard: bool) -> Any:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return format(cell, "f")
        case date():  # a datetime too
            return cell.isoformat()
        case str():
            return guarded(cell) if guard else cell
        case _:
            return cell


def _json(cell: Any) -> Any:
    return (
        cell
        if cell is None or isinstance(cell, bool)
        else str(cell)
        if isinstance(cell, UUID)
        else _plain(cell, guard=False)
    )
