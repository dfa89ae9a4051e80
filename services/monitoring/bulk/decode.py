"""One message of the execution stream as a voucher, or why it is none.

Taken are both CloudEvents modes: binary (attributes in `ce_…` headers, the voucher as the value) and structured (one JSON object).
`Voucher` and `_Strict` mirror `contracts.execution.ExecutionReported` (a test holds them together).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date as Date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.envelope import Unreadable
from contracts.execution import ExecutionReported

TYPE = ExecutionReported.type_name()
REMEMBERED = 2_000_000
"""Codes remembered as well formed (about 100 bytes each); others are checked each time."""
_FAMILY = TYPE.rsplit(".v", 1)[0]
_TYPE = TYPE.encode()

MOST = 10**15
"""Of an amount, in minor units, either way."""
FIRST_YEAR, LAST_YEAR = 1990, 2200
LONGEST_CODE, LONGEST_NUMBER, LONGEST_MEMO = 80, 120, 4000
LAST_SEQUENCE = 2**63 - 2
"""A range of numbers ends with the one behind its last, which has to fit too."""
_CODE = re.compile(r"^[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]*[^\s/\x00-\x1f\x7f])?$")
_CURRENCY = re.compile(r"^[A-Z]{3}$")

_Amount = Annotated[int, Meta(ge=-MOST, le=MOST)]
_Year = Annotated[int, Meta(ge=0, le=LAST_YEAR)]
_Sequence = Annotated[int, Meta(ge=0, le=LAST_SEQUENCE)]
_Code = Annotated[str, Meta(min_length=1, max_length=LONGEST_CODE, pattern=_CODE.pattern)]


class Voucher(Struct, frozen=True, gc=False):
    """One voucher line. `date` as YYYY-MM-DD; `amount` in minor units (fen), negative for a reversal; `numbering_year` 0 where numbers
    never repeat."""

    source: str
    number: Annotated[str, Meta(min_length=1, max_length=LONGEST_NUMBER)]
    numbering_year: _Year
    date: str
    amount: _Amount
    project: str
    currency: str = "CNY"
    unit: str | None = None
    memo: Annotated[str, Meta(max_length=LONGEST_MEMO)] | None = None
    functional: str | None = None
    economic: str | None = None
    sequence: _Sequence | None = None


class _Strict(Struct, frozen=True):
    """A voucher line with every pattern of the contract."""

    source: _Code
    number: Annotated[str, Meta(min_length=1, max_length=LONGEST_NUMBER, pattern=r"^[^\x00-\x1f\x7f]+$")]
    numbering_year: _Year
    date: Date
    amount: _Amount
    project: _Code
    currency: Annotated[str, Meta(pattern=_CURRENCY.pattern)] = "CNY"
    unit: _Code | None = None
    memo: Annotated[str, Meta(max_length=LONGEST_MEMO, pattern=r"^[^\x00]*$")] | None = None
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
_codes: set[str | None] = set()
_days: set[str | None] = set()
_currencies: set[str | None] = set()


def ill_formed(field: str, texts: Iterable[str | None]) -> list[str | None]:
    """Of a field's codes, days or currencies those that the contract does not allow; the others are remembered."""
    met, well_formed = _KINDS.get(field, (_codes, _is_code))
    wrong: list[str | None] = []
    for text in set(texts).difference(met):
        if text is not None and not well_formed(text):
            wrong.append(text)
        elif len(met) < REMEMBERED:
            met.add(text)
    return wrong


def _is_code(text: str) -> bool:
    return 1 <= len(text) <= LONGEST_CODE and _CODE.search(text) is not None


def _is_day(text: str) -> bool:
    try:
        day = Date.fromisoformat(text)
    except ValueError:
        return False
    return text == day.isoformat() and FIRST_YEAR <= day.year <= LAST_YEAR


def _is_currency(text: str) -> bool:
    return _CURRENCY.search(text) is not None


_KINDS: Mapping[str, tuple[set[str | None], Callable[[str], bool]]] = {
    "date": (_days, _is_day),
    "currency": (_currencies, _is_currency),
}


def is_voucher(attributes: Mapping[str, bytes | None]) -> bool:
    """Whether headers say that the value is a voucher, in binary mode."""
    return bool(
        attributes.get("ce_type") == _TYPE
        and attributes.get("ce_id")
        and attributes.get("ce_source")
        and attributes.get("ce_specversion")
    )


def decode(value: bytes | None, headers: Sequence[tuple[str, bytes | None]] | None) -> Voucher:
    """The voucher in a message; Unreadable with its reason and a sentence where there is none."""
    return read(value, dict(headers or ()))


def read(value: bytes | None, attributes: Mapping[str, bytes | None]) -> Voucher:
    """The voucher in a message with these headers; Unreadable as `decode`."""
    if not value:
        raise Unreadable("empty", "the message has no value")
    type_ = attributes.get("ce_type")
    try:
        if type_ is None:
            return _structured(value)
        _known(type_.decode("utf-8", "replace"))
        if not is_voucher(attributes):
            missing = [name for name in _REQUIRED if not attributes.get(name)]
            raise Unreadable("not-a-cloudevent", f"the headers lack {', '.join(missing)}")
        return _checked(value)
    except msgspec.ValidationError as error:
        raise Unreadable("invalid-data", _sentence(error)) from None
    except UnicodeDecodeError as error:
        raise Unreadable("not-utf-8", f"byte {error.start} is not UTF-8") from None
    except msgspec.DecodeError as error:
        raise Unreadable(_why_no_json(value), f"not valid JSON: {error}") from None
    except RecursionError:
        raise Unreadable("too-deep", "the JSON is nested too deeply") from None


def _checked(value: bytes) -> Voucher:
    """The voucher; an error where the contract does not allow it."""
    voucher = _vouchers.decode(value)
    day = _strict.decode(value).date
    if voucher.date != day.isoformat():
        raise Unreadable("invalid-data", "$.date: a day is written as 2026-03-18")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable("invalid-data", f"$.date: the year {day.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return voucher


def _structured(value: bytes) -> Voucher:
    try:
        event = _events.decode(value)
    except msgspec.ValidationError as error:
        detail = f"neither `ce_…` headers nor a structured CloudEvent: {_sentence(error)}"
        raise Unreadable("not-a-cloudevent", detail) from None
    _known(event.type)
    if event.data is UNSET:
        raise Unreadable("invalid-data", "the event has no data")
    return _checked(bytes(event.data))


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
