"""CSV and TSV, row by row: the delimiter and the header row are those under which the headers are understood best."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from backbone.tables.encodings import Encoding
from backbone.tables.guards import unguarded
from backbone.tables.row import Row, Unreadable

DELIMITERS = (",", "\t", ";", "|")
LONGEST_LINE = 1_000_000
"""Characters; what is longer is cut and its row refused, so that a file without line ends can't fill the memory."""
MOST_LINES = 100
"""Lines of one row, by line breaks inside quotation marks; more, and the quotation mark was never meant to open."""
TOP_ROWS = 20
"""Rows in which the headers are looked for: exports put titles and dates above them."""

FIRST_ROWS = 200
"""Rows that tell how many cells a row has without harm."""

Recognised = Callable[[Sequence[str]], int]
_CUT = re.compile(r"^[ (¥£$€￥-]*[0-9]{1,3}\n[0-9]{3}(?:\.[0-9]+)?[ )-]*$", re.MULTILINE)
_LOST = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out: its delimiter, the number of its header row, the headers, how well they were understood.

    `width` is how many cells a row has without harm. Some exports end every row but the headers with a delimiter, so it is the least
    that a row as long as the headers has: how many most rows have says nothing where most amounts are cut at a comma.
    """

    delimiter: str
    header_row: int
    headers: tuple[str, ...]
    score: int
    width: int


class Delimited:
    """A CSV or TSV file. A row that is broken (a quotation mark never closed, too many cells) is given with its problem."""

    def __init__(self, file: BinaryIO, encoding: Encoding, layout: Layout) -> None:
        self._file = file
        self._size = max(1, file.seek(0, io.SEEK_END))
        self._encoding = encoding
        self._layout = layout
        self.kind = "tsv" if layout.delimiter == "\t" else "csv"
        self.delimiter = layout.delimiter
        self.encoding = encoding.name
        self.headers = layout.headers
        self.sheet: str | None = None

    def rows(self) -> Iterator[Row]:
        columns, width = len(self.headers), self._layout.width
        damaged = self._encoding.damaged
        for number, (cells, problem, raw) in enumerate(records(self.lines(), self._layout.delimiter), 1):
            if number <= self._layout.header_row:
                continue
            row = Row(number, cells, (problem,) if problem else (), raw)
            if len(cells) > columns and _shifted(cells, columns, width):
                row.problems += ("more-cells-than-headers",)
            if damaged:
                _show_lost_bytes(row)
            yield row

    def lines(self) -> Iterator[str]:
        """The file's lines, as they stand."""
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, self._encoding.name, self._encoding.errors, newline="")
        try:
            yield from lines(text)
        finally:
            text.detach()

    def done(self) -> float:
        return self._file.tell() / self._size


def _shifted(cells: list[str], columns: int, width: int) -> bool:
    """Whether a row longer than the headers may have been pushed aside by a comma without quotation marks.

    Empty cells at its end alone don't say so: exports pad some rows. Longer than other rows are, they do where an amount seems cut
    at its thousands comma, for half an amount is an amount too. (`cuts.py` finds those in rows that are no longer than others.)
    """
    return any(cell.strip() for cell in cells[columns:]) or (len(cells) > width and bool(_CUT.search("\n".join(cells))))


def layout_of(beginning: str, recognised: Recognised) -> Layout:
    """The layout under which the headers at a file's beginning are understood best; Unreadable("empty") where there is no row."""
    found = [layout for delimiter in DELIMITERS for layout in _layouts(beginning, delimiter, recognised)]
    if not found:
        raise Unreadable("empty")
    best = max(layout.score for layout in found)
    if best > 0:
        return max(
            (layout for layout in found if layout.score == best),
            key=lambda layout: (len(layout.headers), -layout.header_row),
        )
    top = min(layout.header_row for layout in found)
    return max((layout for layout in found if layout.header_row == top), key=lambda layout: len(layout.headers))


def _layouts(beginning: str, delimiter: str, recognised: Recognised) -> Iterator[Layout]:
    first = [cells for cells, *_ in islice(records(lines(io.StringIO(beginning, newline="")), delimiter), FIRST_ROWS)]
    widths = [len(cells) if any(cell.strip() for cell in cells) else 0 for cells in first]
    for number, cells in enumerate(first[:TOP_ROWS], 1):
        if widths[number - 1]:
            headers = tuple(unguarded(_shown(cell).strip()) for cell in cells)
            width = min((width for width in widths[number:] if width >= len(headers)), default=len(headers))
            yield Layout(delimiter, number, headers, recognised(headers), width)


def lines(text: io.TextIOBase) -> Iterator[str]:
    """The lines of a text with their ends, each cut at LONGEST_LINE."""
    while line := text.readline(LONGEST_LINE):
        yield line
        while len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            line = text.readline(LONGEST_LINE)


def records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[list[str], str | None, str]]:
    """The rows in lines of CSV, each with the problem that kept it from being read as meant, and as it stood.

    Strict first, for a quotation mark that was never closed would otherwise swallow the rows below it. A row that fails is read
    again from its first line alone, and the lines after it are rows of their own.
    """
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooManyLines):
            feed.give_back()
            yield *_alone(feed.taken[0], delimiter), feed.taken[0]
        else:
            yield cells, None, feed.taken[0] if len(feed.taken) == 1 else "".join(feed.taken)


class _TooManyLines(Exception):
    """A row went on over more lines than a row has."""


class _Feed:
    """Lines for a CSV reader, which can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise _TooManyLines
        line = self._back.popleft() if self._back else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        """All lines taken but the first are to be read again."""
        self._back.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def _alone(line: str, delimiter: str) -> tuple[list[str], str | None]:
    """The cells of one line, leniently: a stray quotation mark inside a cell is only a character."""
    wants_more = False

    def once() -> Iterator[str]:
        nonlocal wants_more
        yield line
        wants_more = True

    try:
        cells = next(csv.reader(once(), delimiter=delimiter))
    except csv.Error:
        return [line[:200]], "too-long"
    return cells, "quotation-mark-not-closed" if wants_more else None


def _show_lost_bytes(row: Row) -> None:
    """Say of a row that bytes of it can't be read, and show them as `\\xe9`."""
    if any(_LOST.search(cell) for cell in row.cells):
        row.cells = [_shown(cell) for cell in row.cells]
        row.problems += ("bytes-not-readable",)


def _shown(cell: str) -> str:
    """A text with the bytes that can't be read as `\\xe9`."""
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
