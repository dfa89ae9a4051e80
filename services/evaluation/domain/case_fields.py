"""Reading the fields of a case file one by one, each with its place in the file, so that a fault can be told where it stands.

`At(case, "case")["units"].each()` walks down; what is not there or of the wrong kind raises `Fault`, which carries the refusal and
never leaves `cases`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from contracts.decision import Refusal
from services.evaluation.domain import refusals

NUMBER = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})", re.ASCII)
"""A plain decimal. No exponent, no grouping, no sign of another script: a score is checked by people."""


class Fault(Exception):
    """The first fault met on reading a case."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(type(refusal).__name__)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class At:
    """A value of the case and its place."""

    value: object
    where: str

    def __getitem__(self, name: str) -> At:
        """The field `name`, which must be there and not null."""
        found = self.get(name)
        if found is None:
            raise Fault(refusals.FieldMissing(self._place(name)))
        return found

    def get(self, name: str) -> At | None:
        """The field `name`; None where it is not there, or null."""
        value = self.fields().get(name)
        return None if value is None else At(value, self._place(name))

    def fields(self) -> dict[str, Any]:
        """The fields of an object."""
        if not isinstance(self.value, dict):
            raise self.wrong("object")
        return cast("dict[str, Any]", self.value)

    def members(self) -> Iterator[tuple[str, At]]:
        """Each field of an object with its name."""
        for name, value in self.fields().items():
            yield name, At(value, self._place(name))

    def each(self) -> Iterator[At]:
        """Each item of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("list")
        for number, value in enumerate(cast("list[object]", self.value)):
            yield At(value, self._place(str(number)))

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("text")
        return self.value

    def number(self) -> Decimal:
        """An exact number: a string such as "12.50", or a JSON number."""
        text = str(self.value).strip() if isinstance(self.value, str | int) and not isinstance(self.value, bool) else ""
        if not NUMBER.fullmatch(text):
            raise self.wrong("number")
        return Decimal(text)

    def whole_number(self) -> int:
        """A JSON integer, not below 0."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            raise self.wrong("whole-number")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("flag")
        return self.value

    def wrong(self, expected: str) -> Fault:
        """The fault that this value is not `expected`."""
        return Fault(refusals.ValueWrong(self.where, expected))

    def _place(self, name: str) -> str:
        return f"{self.where}/{name}" if self.where else name


def text_of(field: At | None) -> str | None:
    """The text of a field that may be missing or empty."""
    return None if field is None or field.value == "" else field.text()


def number_of(field: At | None) -> Decimal | None:
    """The number of a field that may be missing."""
    return None if field is None else field.number()


def flag_of(field: At | None) -> bool:
    """The flag of a field that may be missing: then false."""
    return field is not None and field.flag()
