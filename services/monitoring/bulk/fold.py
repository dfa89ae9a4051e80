"""A batch read: its vouchers with their places in Kafka, the messages that hold none; and what counted vouchers add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from backbone.kafka.dead import Message
from contracts.envelope import Unreadable
from services.monitoring.bulk.decode import Voucher, read

Figure = tuple[int, str, str]
"""What a figure is of: project by its number, period, currency."""
Class = tuple[str | None, str | None, str | None, str, str]
"""What a voucher says of itself: paying unit, functional and economic class, with its period and currency."""


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
    """What one batch holds, in the order in which it came: vouchers, and what can't be read."""

    arrivals: list[Arrival] = field(default_factory=list[Arrival])
    dead: list[Dead] = field(default_factory=list[Dead])


class Sum(Struct, gc=False):
    """What a batch adds to one sum: minor units, vouchers, and the day of its first payment (above 0) as YYYY-MM-DD."""

    paid: int = 0
    vouchers: int = 0
    first_paid: str | None = None


@dataclass(slots=True)
class Sums:
    """What counted vouchers add, by figure and by class."""

    figures: dict[Figure, Sum] = field(default_factory=dict[Figure, Sum])
    classes: dict[Class, Sum] = field(default_factory=dict[Class, Sum])


def sort_out(messages: Iterable[Message], batch: Batch | None = None) -> Batch:
    """Decode `messages` into `batch`, or a new one; those that can't be read apart, with their reasons."""
    batch = batch or Batch()
    for message in messages:
        attributes = dict(message.headers)
        try:
            voucher, plain = read(message.value, attributes)
        except Unreadable as error:
            batch.dead.append(Dead(message, error.reason, error.detail))
            continue
        trace = attributes.get("ce_traceparent")
        said = trace.decode("ascii", "ignore")[:55] or None if trace else None
        batch.arrivals.append(Arrival(voucher, message.partition, message.offset, said, plain))
    return batch


def sums(vouchers: Iterable[Voucher], projects: Mapping[str, int]) -> Sums:
    """What counted vouchers add; `projects` gives the numbers of codes."""
    added = Sums()
    figures, classes = added.figures, added.classes
    for voucher in vouchers:
        day, amount, currency = voucher.date, voucher.amount, voucher.currency
        period = day[:7]
        figure = (projects[voucher.project], period, currency)
        total = figures.get(figure)
        if total is None:
            total = figures[figure] = Sum()
        total.paid += amount
        total.vouchers += 1
        if amount > 0 and (total.first_paid is None or day < total.first_paid):
            total.first_paid = day
        said = (voucher.unit, voucher.functional, voucher.economic, period, currency)
        total = classes.get(said)
        if total is None:
            total = classes[said] = Sum()
        total.paid += amount
        total.vouchers += 1
    return added


def totals(classes: Mapping[Class, Sum]) -> dict[tuple[str, str, str, str], Sum]:
    """Sums by class made sums by (kind, code, period, currency), one for each of unit, functional and economic; no code is ``""``."""
    found: dict[tuple[str, str, str, str], Sum] = {}
    for (unit, functional, economic, period, currency), added in classes.items():
        for kind, code in (("unit", unit), ("functional", functional), ("economic", economic)):
            place = (kind, code or "", period, currency)
            total = found.get(place)
            if total is None:
                total = found[place] = Sum()
            total.paid += added.paid
            total.vouchers += added.vouchers
    return found
