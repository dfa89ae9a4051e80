"""XLSX: the sheet whose headers are understood best; numbers and days as its cells hold them, not as they look."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from backbone.tables.delimited import TOP_ROWS, Recognised
from backbone.tables.row import Day, Float, Row, Unreadable, column_number

MOST_CELLS = 50_000_000
"""Cells between a sheet's first and last, about 1.6 GB: all of them are laid out in memory, blank ones too."""
MOST_DIGITS = 10**15
"""A number from here on has lost its last digits: spreadsheets keep fifteen."""

_SHEET = re.compile(r"/?xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_TEXTS = re.compile(r"/?xl/sharedStrings\.xml", re.IGNORECASE)
_COLUMNS = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,9})")
_ROWS = re.compile(rb"(?:\sr\s*=\s*[\"'][A-Za-z]+|<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"'])([0-9]{1,18})")
"""Written as XML allows it, not only as spreadsheets do: what a file is made to hurt with is not written by one."""
_CHUNK = 1 << 22
_LONGEST_TAG = 256


class Sheet:
    """A sheet of a workbook. What stands beside the headers' columns is passed over: people write notes there."""

    kind = "xlsx"
    encoding = "utf-8"

    def __init__(self, sheet: CalamineSheet, header_row: int, headers: tuple[str, ...]) -> None:
        self.sheet: str | None = sheet.name
        self.headers = headers
        self._sheet = sheet
        self._header_row = header_row
        self._given = 0

    def rows(self) -> Iterator[Row]:
        columns = len(self.headers)
        for number, cells in islice(enumerate(_rows(self._sheet), 1), self._header_row, None):
            self._given = number
            yield Row(number, [_text(cell) for cell in cells[:columns]])

    def done(self) -> float:
        return self._given / (self._sheet.end[0] + 1) if self._sheet.end else 1.0


def open_workbook(file: BinaryIO, recognised: Recognised) -> Sheet:
    """The first of the visible sheets whose headers are understood best.

    Unreadable where the file is another kind of archive, or broken, where nothing stands in it, or where a cell far out makes a sheet
    larger than the memory.
    """
    look_inside(file)
    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        best: tuple[int, Sheet] | None = None
        for about in workbook.sheets_metadata:
            if about.typ is SheetTypeEnum.WorkSheet and about.visible is SheetVisibleEnum.Visible:
                found = _understood(workbook.get_sheet_by_name(about.name), recognised)
                if found is not None and (best is None or found[0] > best[0]):
                    best = found
    except CalamineError as error:
        raise Unreadable("broken-workbook", why=str(error)) from None
    if best is None:
        raise Unreadable("empty")
    return best[1]


def _understood(sheet: CalamineSheet, recognised: Recognised) -> tuple[int, Sheet] | None:
    """How well the best row near a sheet's top is understood as headers, and the sheet under them; None for a sheet without a cell."""
    found: list[tuple[int, int, int, tuple[str, ...]]] = []
    for number, cells in enumerate(islice(_rows(sheet), TOP_ROWS), 1):
        texts = [_text(cell).strip() for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            score = recognised(texts)
            found.append((score, len(texts) if score else 0, -number, tuple(texts)))
    if not found:
        return None
    score, _, number, headers = max(found)
    return score, Sheet(sheet, -number, headers)


def _rows(sheet: CalamineSheet) -> Iterator[list[object]]:
    """The rows from the sheet's first on, each from its first column on."""
    before: list[object] = [""] * (sheet.start[1] if sheet.start else 0)
    for cells in sheet.iter_rows():
        yield [*before, *cells]


def _text(cell: object) -> str:
    """What a cell holds, as text. An error (#N/A) is as good as nothing; a day's time is left out."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            return _number(float(cell))
        case datetime():
            return Day(cell.date().isoformat())
        case date():
            return Day(cell.isoformat())
        case _:
            return str(cell)


def _number(value: float) -> Float:
    """The shortest digits that give the same float; `1.23456789012346E+17`, as spreadsheets show it, where digits have been lost."""
    if abs(value) >= MOST_DIGITS:
        return Float(f"{value:.14E}")
    if value.is_integer():
        return Float(int(value))
    return Float(format(Decimal(repr(value)), "f"))


def look_inside(file: BinaryIO, most_cells: int = MOST_CELLS) -> None:
    """Unreadable for an archive that is no workbook, and for a sheet that would not fit in the memory: the reader would end the process.

    Any part but the texts may be a sheet: where sheets stand is said by the file itself.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if not any(_SHEET.fullmatch(name) for name in names):
                raise Unreadable("another-kind", kind="compressed")
            for name in names:
                if not _TEXTS.fullmatch(name):
                    _check_extent(archive, name, most_cells)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Unreadable("broken-workbook", why=str(error) or type(error).__name__) from None


def _check_extent(archive: zipfile.ZipFile, name: str, most_cells: int) -> None:
    last_row, columns = 1, {b"A"}  # every row and cell is numbered, but in files that no spreadsheet wrote
    with archive.open(name) as part:
        before = b""
        while chunk := part.read(_CHUNK):
            text = before + chunk
            columns.update(_COLUMNS.findall(text))
            last_row = max([last_row, *map(int, set(_ROWS.findall(text)))])
            before = text[-_LONGEST_TAG:]
    last_column = max(columns, key=lambda letters: (len(letters), letters.upper())).decode().upper()
    if last_row * column_number(last_column) > most_cells:
        raise Unreadable("sheet-too-large", cell=f"{last_column}{last_row}")
