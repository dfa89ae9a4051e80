"""A batch folded: which vouchers appear first, which come again, which messages hold none; and the sums of what is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from backbone.kafka.dead import Message
from contracts.envelope import Unreadable
from services.monitoring.bulk.decode import Voucher, decode, plain

Key = tuple[str, int, str]
"""A voucher's source, numbering year and number."""
Class = tuple[str | None, str | None, str | None]
"""What a voucher says of itself: paying unit, functional and economic class."""


class Arrival(Struct, frozen=True, gc=False):
    """A voucher with the place in Kafka that it came from, and the trace that it belongs to (W3C traceparent), if it says one.
    `plain`: none of its texts needs an escape."""

    voucher: Voucher
    partition: int
    offset: int
    trace: str | None = None
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that holds no voucher, with its reason."""

    message: Message
    reason: str
    detail: str


@dataclass(slots=True)
class Batch:
    """What one batch holds: `first` appearances by key, `later` ones of the same keys, and what can't be read."""

    first: dict[Key, Arrival] = field(default_factory=dict[Key, Arrival])
    later: list[Arrival] = field(default_factory=list[Arrival])
    dead: list[Dead] = field(default_factory=list[Dead])


class Sum(Struct, gc=False):
    """What a batch adds to one sum: minor units, vouchers, and the day of its first payment (above 0) as YYYY-MM-DD."""

    paid: int = 0
    vouchers: int = 0
    first_paid: str | None = None


@dataclass(slots=True)
class Sums:
    """What counted vouchers add: by (project, period, currency), and by (class, period, currency)."""

    figures: dict[tuple[str, str, str], Sum] = field(default_factory=dict[tuple[str, str, str], Sum])
    classes: dict[tuple[Class, str, str], Sum] = field(default_factory=dict[tuple[Class, str, str], Sum])


def sort_out(messages: Iterable[Message]) -> Batch:
    """Decode `messages` and tell first appearances from later ones, in the order in which they came."""
    batch = Batch()
    first, later = batch.first, batch.later
    for message in messages:
        value, headers = message.value, message.headers
        try:
            voucher = decode(value, headers)
        except Unreadable as error:
            batch.dead.append(Dead(message, error.reason, error.detail))
            continue
        arrival = Arrival(voucher, message.partition, message.offset, _trace(headers), plain(value))
        key = (voucher.source, voucher.numbering_year, voucher.number)
        if first.setdefault(key, arrival) is not arrival:
            later.append(arrival)
    return batch


def sums(vouchers: Iterable[Voucher]) -> Sums:
    """What counted vouchers add."""
    added = Sums()
    figures, classes = added.figures, added.classes
    for voucher in vouchers:
        period, amount = voucher.date[:7], voucher.amount
        place = (voucher.project, period, voucher.currency)
        total = figures.get(place)
        if total is None:
            total = figures[place] = Sum()
        total.paid += amount
        total.vouchers += 1
        if amount > 0 and (total.first_paid is None or voucher.date < total.first_paid):
            total.first_paid = voucher.date
        said = ((voucher.unit, voucher.functional, voucher.economic), period, voucher.currency)
        total = classes.get(said)
        if total is None:
            total = classes[said] = Sum()
        total.paid += amount
        total.vouchers += 1
    return added


def totals(classes: dict[tuple[Class, str, str], Sum]) -> dict[tuple[str, str, str, str], Sum]:
    """Sums by class made sums by (kind, code, period, currency), one for each of unit, functional and economic; no code is ``""``."""
    found: dict[tuple[str, str, str, str], Sum] = {}
    for (said, period, currency), added in classes.items():
        for kind, code in zip(("unit", "functional", "economic"), said, strict=True):
            total = found.setdefault((kind, code or "", period, currency), Sum())
            total.paid += added.paid
            total.vouchers += added.vouchers
    return found


def _trace(headers: Iterable[tuple[str, bytes | None]]) -> str | None:
    for name, value in headers:
        if name == "ce_traceparent" and value is not None:
            return value.decode("ascii", "ignore")[:55] or None
    return None
