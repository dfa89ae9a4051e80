"""What a form of the pages of rounds says: text, numbers, days and money out of what people typed, with the field that is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from pydantic import TypeAdapter, ValidationError

from backbone.web.forms import same_origin
from backbone.web.problems import BadRequest
from contracts.kinds import Code, Period, minor_units
from contracts.monitoring import Measure

LONGEST = 4000
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?")
_CODES = re.compile(r"[\s,，、;；]+")
_PERIOD: TypeAdapter[str] = TypeAdapter(Period)
_CODE: TypeAdapter[str] = TypeAdapter(Code)
Choice = TypeVar("Choice", bound=str)


class WrongEntry(BadRequest):
    """An entry that cannot be taken; `name` is the form's field."""

    def __init__(self, name: str) -> None:
        super().__init__("request.entry-wrong", 422, entry=re.sub(r"-[0-9]+$", "", name))


@dataclass(frozen=True)
class Entries:
    """A form as it was sent: the first entry of each name, and the ticked ones."""

    first: Mapping[str, str]
    chosen: tuple[str, ...]

    @property
    def key(self) -> str:
        """The Idempotency-Key that the form carried."""
        return self.first.get("key", "")[:100]

    def text(self, name: str) -> str:
        """An entry that has to say something; WrongEntry where it says nothing or too much."""
        said = self.optional(name)
        if not said:
            raise WrongEntry(name)
        return said

    def optional(self, name: str) -> str:
        """An entry, without the spaces around it; nothing where it was left out."""
        said = self.first.get(name, "").strip()
        if len(said) > LONGEST or "\x00" in said:
            raise WrongEntry(name)
        return said

    def number(self, name: str) -> Decimal:
        """A plain decimal number; commas of thousands are taken as people write them."""
        said = self.text(name).replace(",", "").replace("，", "")
        if not _NUMBER.fullmatch(said):
            raise WrongEntry(name)
        return Decimal(said)

    def money(self, name: str, currency: str) -> int:
        """Money of the form (yuan) in minor units."""
        try:
            return minor_units(self.number(name), currency)
        except ValueError:
            raise WrongEntry(name) from None

    def day(self, name: str) -> date | None:
        """A day, or none where it was left out."""
        said = self.optional(name)
        try:
            return date.fromisoformat(said) if said else None
        except ValueError:
            raise WrongEntry(name) from None

    def period(self, name: str) -> str:
        """A month, such as 2026-08."""
        try:
            return _PERIOD.validate_python(self.text(name))
        except ValidationError:
            raise WrongEntry(name) from None

    def one_of(self, name: str, choices: tuple[Choice, ...]) -> Choice:
        """One of the words that the form offered."""
        said = self.text(name)
        for choice in choices:
            if choice == said:
                return choice
        raise WrongEntry(name)

    def codes(self, name: str) -> tuple[str, ...] | None:
        """Codes with spaces or commas between them; None where there are none."""
        found = tuple(part for part in _CODES.split(self.optional(name)) if part)
        return found or None

    def measure(self, *, what: str = "what") -> Measure:
        """A structured consequence: what, by whom, until when, on which document."""
        try:
            by = _CODE.validate_python(self.text("by"))
        except ValidationError:
            raise WrongEntry("by") from None
        return Measure(what=self.text(what), by=by, until=self.day("until"), document=self.text("document"))


async def _entries(request: Request) -> Entries:
    """The form of a request; a 403 problem where it was sent from another site."""
    same_origin(request)
    form = await request.form(max_fields=2000)
    first = {name: value for name, value in reversed(form.multi_items()) if isinstance(value, str)}
    chosen = tuple(value for value in form.getlist("chosen") if isinstance(value, str))
    return Entries(first, chosen)


Form = Annotated[Entries, Depends(_entries)]
"""`def endpoint(form: Form, …)`"""
