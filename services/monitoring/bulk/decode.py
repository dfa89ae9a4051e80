"""One message of the execution stream as a voucher, or why it is none.

Taken are both CloudEvents modes: binary (attributes in `ce_…` headers, the voucher as the value) and structured (one JSON object).
`Voucher` and `_Strict` mirror `contracts.execution.ExecutionReported` (a test holds them together). Patterns and dates cost most of the
time, and codes and days come again and again: what was found well formed once is remembered, and only what is new to this process, or
written with escapes, is decoded a second time by the strict struct, which also says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date as Date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.envelope import Unreadable
from contracts.execution import ExecutionReported

TYPE = ExecutionReported.type_name()
REMEMBERED = 2_000_000
"""Codes remembered as well formed (about 100 bytes each); more, and they are checked anew."""
_FAMILY = TYPE.rsplit(".v", 1)[0]
_TYPE = TYPE.encode()

_Amount = Annotated[int, Meta(ge=-(10**15), le=10**15)]
_Year = Annotated[int, Meta(ge=0, le=2200)]
_Sequence = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_Code = Annotated[
    str, Meta(min_length=1, max_length=80, pattern=r"^[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]*[^\s/\x00-\x1f\x7f])?$")
]


class Voucher(Struct, frozen=True, gc=False):
    """One voucher line. `date` as YYYY-MM-DD; `amount` in minor units (fen), negative for a reversal; `numbering_year` 0 where numbers
    never repeat."""

    source: str
    number: Annotated[str, Meta(min_length=1, max_length=120)]
    numbering_year: _Year
    date: str
    amount: _Amount
    project: str
    currency: str = "CNY"
    unit: str | None = None
    memo: Annotated[str, Meta(max_length=4000)] | None = None
    functional: str | None = None
    economic: str | None = None
    sequence: _Sequence | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes it unique: source, numbering year, number."""
        return self.source, self.numbering_year, self.number

    @property
    def figures(self) -> tuple[str, int, str]:
        """What must be the same for a repetition: date, amount, project."""
        return self.date, self.amount, self.project

    @property
    def period(self) -> str:
        """The month that it counts in, by its date."""
        return self.date[:7]


class _Strict(Struct, frozen=True):
    """A voucher line with every pattern of the contract."""

    source: _Code
    number: Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")]
    numbering_year: _Year
    date: Date
    amount: _Amount
    project: _Code
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] = "CNY"
    unit: _Code | None = None
    memo: Annotated[str, Meta(max_length=4000, pattern=r"^[^\x00]*$")] | None = None
    functional: _Code | None = None
    economic: _Code | None = None
    sequence: _Sequence | None = None


class _Event(Struct, frozen=True):
    """A CloudEvent in structured mode, its data left alone until the type is known."""

    specversion: str
    type: str
    id: Annotated[str, Meta(min_length=1, max_length=200)]
    source: Annotated[str, Meta(min_length=1)]
    data: msgspec.Raw | UnsetType = UNSET


_vouchers = msgspec.json.Decoder(Voucher)
_strict = msgspec.json.Decoder(_Strict)
_events = msgspec.json.Decoder(_Event)
_REQUIRED = ("ce_specversion", "ce_id", "ce_source")
_codes: set[str | None] = {None}
_days: set[str] = set()
_currencies: set[str] = set()


def decode(value: bytes | None, headers: Sequence[tuple[str, bytes | None]] | None) -> Voucher:
    """The voucher in a message; Unreadable with its reason and a sentence where there is none."""
    return read(value, dict(headers or ()))[0]


def read(value: bytes | None, attributes: Mapping[str, bytes | None]) -> tuple[Voucher, bool]:
    """The voucher in a message with these headers, and whether it is `plain`; Unreadable as `decode`."""
    if not value:
        raise Unreadable("empty", "the message has no value")
    type_ = attributes.get("ce_type")
    try:
        if type_ is None:
            return _structured(value)
        if type_ != _TYPE:
            _known(type_.decode("utf-8", "replace"))
        if not (attributes.get("ce_id") and attributes.get("ce_source") and attributes.get("ce_specversion")):
            missing = [name for name in _REQUIRED if not attributes.get(name)]
            raise Unreadable("not-a-cloudevent", f"the headers lack {', '.join(missing)}")
        return _voucher(value)
    except msgspec.ValidationError as error:
        raise Unreadable("invalid-data", _sentence(error)) from None
    except UnicodeDecodeError as error:
        raise Unreadable("not-utf-8", f"byte {error.start} is not UTF-8") from None
    except msgspec.DecodeError as error:
        raise Unreadable(_why_no_json(value), f"not valid JSON: {error}") from None
    except RecursionError:
        raise Unreadable("too-deep", "the JSON is nested too deeply") from None


def _voucher(value: bytes) -> tuple[Voucher, bool]:
    """`plain`: no text in the JSON can hold a control character or a backslash, which come by escapes alone (DEL as it is)."""
    voucher = _vouchers.decode(value)
    plain = b"\\" not in value and b"\x7f" not in value
    if not (
        plain
        and voucher.source in _codes
        and voucher.project in _codes
        and voucher.date in _days
        and voucher.currency in _currencies
        and voucher.unit in _codes
        and voucher.functional in _codes
        and voucher.economic in _codes
    ):
        _check(voucher, value)
    return voucher, plain


def _check(voucher: Voucher, value: bytes) -> None:
    """Raise where the contract does not allow the voucher, else remember its codes and its day."""
    day = _strict.decode(value).date
    if voucher.date != day.isoformat():
        raise Unreadable("invalid-data", "$.date: a day is written as 2026-03-18")
    if day.year < 1990 or day.year > 2200:
        raise Unreadable("invalid-data", f"$.date: the year {day.year} is not between 1990 and 2200")
    if len(_codes) > REMEMBERED:
        _codes.clear()
    _codes.update((None, voucher.source, voucher.project, voucher.unit, voucher.functional, voucher.economic))
    _days.add(voucher.date)
    _currencies.add(voucher.currency)


def _structured(value: bytes) -> tuple[Voucher, bool]:
    try:
        event = _events.decode(value)
    except msgspec.ValidationError as error:
        detail = f"neither `ce_…` headers nor a structured CloudEvent: {_sentence(error)}"
        raise Unreadable("not-a-cloudevent", detail) from None
    _known(event.type)
    if event.data is UNSET:
        raise Unreadable("invalid-data", "the event has no data")
    return _voucher(bytes(event.data))


def _known(type_: str) -> None:
    if type_ != TYPE:
        reason = "unknown-version" if type_.rsplit(".v", 1)[0] == _FAMILY else "unknown-type"
        raise Unreadable(reason, f"the execution stream carries {TYPE}, not {type_[:120]}")


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
