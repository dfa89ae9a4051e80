"""What every reader of tables gives: rows with the number a person sees beside them, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    """A table in a file. `rows` starts from the first row below the headers each time it is called."""

    kind: str
    encoding: str
    headers: tuple[str, ...]

    def rows(self) -> Iterator[Row]: ...

    def done(self) -> float:
        """The share of the file that has been read, for progress."""
        ...
