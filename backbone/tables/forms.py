"""A workbook as a form: sheets with locked headings in both languages and open cells, written out, read back filled in, and written
out again with what is wrong marked at its cell.

It is read with python-calamine and written anew with xlsxwriter, never changed in place: what comes from outside is only ever read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from backbone.tables.row import Unreadable
from backbone.tables.xlsx import look_inside

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 30_000_000
"""Of all parts unpacked: a small archive may hold a large one."""
MOST_ROWS = 20_000
MOST_CELLS = 4_000_000
"""Of a sheet, from its first to its last, blank ones too; about 130 MB."""
HEADINGS = 2
"""The first two rows of a sheet: 中文 and English."""
DIGITS = 15
"""What a spreadsheet keeps of a number."""


class NotTheForm(Exception):
    """A file that is not the form that was given out; `reason` is a stable word: no-workbook, too-large, sheet-missing, headings."""

    def __init__(self, reason: str, sheet: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.sheet = sheet


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its headings, whether its cells are open to be filled in, and what may be chosen there."""

    key: str
    zh: str
    en: str
    width: int = 14
    open: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its columns, and a text a column in each row."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wrong at a cell; `row` counts the rows under the headings from 0."""

    sheet: str
    row: int
    column: str
    sentence: str


def write(sheets: Sequence[Sheet], marks: Sequence[Mark] = ()) -> bytes:
    """The form as an XLSX file; marked cells are coloured and say what is wrong in a comment."""
    out = BytesIO()
    workbook = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "heading": workbook.add_format({"bold": True, "bg_color": "#E8EDF2", "border": 1, "text_wrap": True}),
        "locked": workbook.add_format({"text_wrap": True, "font_color": "#444444"}),
        "open": workbook.add_format({"locked": False, "bg_color": "#FFFBEA", "border": 1, "text_wrap": True}),
        "wrong": workbook.add_format({"locked": False, "bg_color": "#F8C9C4", "border": 2, "text_wrap": True}),
    }
    for sheet in sheets:
        page = workbook.add_worksheet(sheet.name)
        _write_sheet(
            page, sheet, {(m.row, m.column): m.sentence for m in reversed(marks) if m.sheet == sheet.name}, formats
        )
    workbook.close()
    return out.getvalue()


def read(data: bytes, sheets: Sequence[Sheet]) -> dict[str, list[dict[str, str]]]:
    """The rows of each sheet of the form by its name, texts by column; blank rows at the end are left out. NotTheForm otherwise."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                raise NotTheForm("too-large")
        look_inside(BytesIO(data), MOST_CELLS)
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        names = workbook.sheet_names
        found: dict[str, list[dict[str, str]]] = {}
        for sheet in sheets:
            if sheet.name not in names:
                raise NotTheForm("sheet-missing", sheet.name)
            cells = workbook.get_sheet_by_name(sheet.name).to_python(
                skip_empty_area=False, nrows=MOST_ROWS + HEADINGS + 1
            )
            found[sheet.name] = _rows(sheet, cells)
    except Unreadable as error:
        raise NotTheForm("too-large" if error.reason == "sheet-too-large" else "no-workbook") from None
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, EOFError):
        raise NotTheForm("no-workbook") from None
    return found


def _write_sheet(
    page: Worksheet, sheet: Sheet, wrong: Mapping[tuple[int, str], str], formats: Mapping[str, Any]
) -> None:
    page.freeze_panes(HEADINGS, 2 if len(sheet.columns) > 2 else 0)
    page.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    last = HEADINGS + len(sheet.rows) - 1
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.zh, formats["heading"])
        page.write_string(1, place, column.en, formats["heading"])
        if column.choices and sheet.rows:
            page.data_validation(HEADINGS, place, last, place, {"validate": "list", "source": list(column.choices)})
    for number, row in enumerate(sheet.rows):
        for place, column in enumerate(sheet.columns):
            sentence = wrong.get((number, column.key))
            style = formats["wrong" if sentence else "open" if column.open else "locked"]
            _write_cell(page, number + HEADINGS, place, row.get(column.key, ""), style)
            if sentence:
                page.write_comment(
                    number + HEADINGS, place, sentence, {"author": "Jixiao", "x_scale": 2.5, "y_scale": 1.5}
                )


def _write_cell(page: Worksheet, row: int, place: int, text: str, style: Any) -> None:
    """A text, or a blank cell that keeps its style. Numbers stay texts: a spreadsheet would keep fifteen digits of them."""
    if text:
        page.write_string(row, place, text, style)
    else:
        page.write_blank(row, place, None, style)


def _rows(sheet: Sheet, cells: Sequence[Sequence[object]]) -> list[dict[str, str]]:
    headings = [_text(cell) for cell in cells[0]] if cells else []
    if headings[: len(sheet.columns)] != [column.zh for column in sheet.columns]:
        raise NotTheForm("headings", sheet.name)
    if len(cells) > MOST_ROWS + HEADINGS:
        raise NotTheForm("too-large", sheet.name)
    rows = [
        {column.key: _text(row[place]) if place < len(row) else "" for place, column in enumerate(sheet.columns)}
        for row in cells[HEADINGS:]
    ]
    while rows and not any(rows[-1].values()):
        rows.pop()
    return rows


def _text(cell: object) -> str:
    """What a cell holds, as text: a number with the digits that a spreadsheet keeps, plainly written."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            text = f"{cell:.{DIGITS}g}"
            return (
                text
                if "e" not in text
                else f"{cell:f}".rstrip("0").rstrip(".")
                if abs(cell) >= 1
                else f"{cell:.20f}".rstrip("0")
            )
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell).strip()
