"""One message of the execution stream as a voucher, or why it is none.

Taken are both CloudEvents modes: binary (attributes in `ce_…` headers, the voucher as the value) and structured (one JSON object).
The struct mirrors `contracts.execution.ExecutionReported`; msgspec decodes it several times faster than pydantic (a test holds the two
together).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date as Date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.envelope import Unreadable
from contracts.execution import ExecutionReported
from contracts.kinds import period_of

TYPE = ExecutionReported.type_name()
_FAMILY = TYPE.rsplit(".v", 1)[0]

Code = Annotated[
    str, Meta(min_length=1, max_length=80, pattern=r"^[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]*[^\s/\x00-\x1f\x7f])?$")
]
Memo = Annotated[str, Meta(max_length=4000, pattern=r"^[^\x00]*$")]


class Voucher(Struct, frozen=True, gc=False):
    """One voucher line. `amount` in minor units (fen), negative for a reversal; `numbering_year` 0 where numbers never repeat."""

    source: Code
    number: Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")]
    numbering_year: Annotated[int, Meta(ge=0, le=2200)]
    date: Date
    amount: Annotated[int, Meta(ge=-(10**15), le=10**15)]
    project: Code
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] = "CNY"
    unit: Code | None = None
    memo: Memo | None = None
    functional: Code | None = None
    economic: Code | None = None
    sequence: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes it unique: source, numbering year, number."""
        return self.source, self.numbering_year, self.number

    @property
    def figures(self) -> tuple[Date, int, str]:
        """What must be the same for a repetition: date, amount, project."""
        return self.date, self.amount, self.project

    @property
    def period(self) -> str:
        """The month that it counts in, by its date."""
        return period_of(self.date)


class _Event(Struct, frozen=True):
    """A CloudEvent in structured mode, its data left alone until the type is known."""

    specversion: str
    type: str
    id: Annotated[str, Meta(min_length=1, max_length=200)]
    source: Annotated[str, Meta(min_length=1)]
    data: msgspec.Raw | UnsetType = UNSET


_vouchers = msgspec.json.Decoder(Voucher)
_events = msgspec.json.Decoder(_Event)
_REQUIRED = ("ce_specversion", "ce_id", "ce_source")


def decode(value: bytes | None, headers: Sequence[tuple[str, bytes | None]] | None) -> Voucher:
    """The voucher in a message; Unreadable with its reason and a sentence where there is none."""
    if not value:
        raise Unreadable("empty", "the message has no value")
    attributes = dict(headers or ())
    type_ = attributes.get("ce_type")
    try:
        if type_ is None:
            return _structured(value)
        missing = [name for name in _REQUIRED if not attributes.get(name)]
        if missing:
            raise Unreadable("not-a-cloudevent", f"the headers lack {', '.join(missing)}")
        _known(type_.decode("utf-8", "replace"))
        return _checked(_vouchers.decode(value))
    except msgspec.ValidationError as error:
        raise Unreadable("invalid-data", _sentence(error)) from None
    except UnicodeDecodeError as error:
        raise Unreadable("not-utf-8", f"byte {error.start} is not UTF-8") from None
    except msgspec.DecodeError as error:
        raise Unreadable(_why_no_json(value), f"not valid JSON: {error}") from None
    except RecursionError:
        raise Unreadable("too-deep", "the JSON is nested too deeply") from None


def _structured(value: bytes) -> Voucher:
    try:
        event = _events.decode(value)
    except msgspec.ValidationError as error:
        detail = f"neither `ce_…` headers nor a structured CloudEvent: {_sentence(error)}"
        raise Unreadable("not-a-cloudevent", detail) from None
    _known(event.type)
    if event.data is UNSET:
        raise Unreadable("invalid-data", "the event has no data")
    return _checked(_vouchers.decode(event.data))


def _known(type_: str) -> None:
    if type_ != TYPE:
        reason = "unknown-version" if type_.rsplit(".v", 1)[0] == _FAMILY else "unknown-type"
        raise Unreadable(reason, f"the execution stream carries {TYPE}, not {type_[:120]}")


def _checked(voucher: Voucher) -> Voucher:
    if voucher.date.year < 1990 or voucher.date.year > 2200:
        raise Unreadable("invalid-data", f"$.date: the year {voucher.date.year} is not between 1990 and 2200")
    return voucher


def _why_no_json(value: bytes) -> str:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return "not-utf-8"
    return "not-json"


def _sentence(error: msgspec.ValidationError) -> str:
    """msgspec's message, its place first: `$.amount: Expected int, got str`."""
    match = re.fullmatch(r"(.*) - at `(.*)`", str(error), re.DOTALL)
    return f"{match[2]}: {match[1]}" if match else str(error)
