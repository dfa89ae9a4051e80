"""What every reader of tables gives: rows with the number a person sees beside them, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class Unreadable(Exception):
    """A file that can't be read as a table: `reason` is a stable word, `fields` say what and where; the sentence is the edge's."""

    def __init__(self, reason: str, **fields: object) -> None:
        super().__init__(f"{reason}: {fields}" if fields else reason)
        self.reason = reason
        self.fields = fields


class Number(str):
    """A cell that was a JSON number: its text as it stood, so that nothing is lost to binary floats."""

    __slots__ = ()


class Float(Number):
    """A cell that was a workbook's number, a binary float: the shortest digits that give the same float."""

    __slots__ = ()

    def shown(self) -> str:
        """Its first fifteen digits, all that spreadsheets show; as it is where it has lost some."""
        return self if "E" in self else format(Decimal(f"{float(self):.15g}"), "f")


class Day(str):
    """A cell that was a day, whatever it looked like: written 2026-03-01."""

    __slots__ = ()


@dataclass(slots=True)
class Row:
    """One row. `number` is what a spreadsheet shows beside it (a JSON line's line number), the first row of a file being 1.

    `cells` stand in the order of the table's headers; a short row is as short as it is. `problems` are stable words for what keeps
    it from being read right; `raw` is the row as it stood in a file of text.
    """

    number: int
    cells: list[str]
    problems: tuple[str, ...] = ()
    raw: str | None = None

    def blank(self) -> bool:
        """Whether no cell holds anything but space."""
        return not any(cell and not cell.isspace() for cell in self.cells) and not self.problems


class Table(Protocol):
    """A table in a file. `rows` starts from the first row below the headers each time it is called; `sheet` is a workbook's."""

    kind: str
    encoding: str
    headers: tuple[str, ...]
    sheet: str | None

    def rows(self) -> Iterator[Row]: ...

    def done(self) -> float:
        """The share of the file that has been read, for progress."""
        ...


def cell_name(row: int, column: int) -> str:
    """A cell as a spreadsheet names it, `column` counted from 0: (7, 2) → `C7`."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def column_number(letters: str) -> int:
    """Which column it is that a spreadsheet calls `AB`, the first being 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
