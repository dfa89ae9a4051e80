"""A batch folded: which vouchers appear first, which come again, which messages hold none; and the sums of what is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from backbone.kafka.dead import Message
from contracts.envelope import Unreadable
from services.monitoring.bulk.decode import Voucher, decode

Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A voucher with the place in Kafka that it came from, and the trace that it belongs to (W3C traceparent), if it says one."""

    voucher: Voucher
    partition: int
    offset: int
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that holds no voucher, with its reason."""

    message: Message
    reason: str
    detail: str


@dataclass(slots=True)
class Batch:
    """What one batch holds: `first` appearances by key, `later` ones of the same keys, and what can't be read."""

    first: dict[Key, Arrival] = field(default_factory=dict)
    later: list[Arrival] = field(default_factory=list)
    dead: list[Dead] = field(default_factory=list)


@dataclass(slots=True)
class Sum:
    """What a batch adds to one project's month: fen, vouchers, and the day of its first payment (above 0)."""

    paid: int = 0
    vouchers: int = 0
    first_paid: date | None = None

    def add(self, voucher: Voucher) -> None:
        """Count one voucher."""
        self.paid += voucher.amount
        self.vouchers += 1
        if voucher.amount > 0 and (self.first_paid is None or voucher.date < self.first_paid):
            self.first_paid = voucher.date


def sort_out(messages: Iterable[Message]) -> Batch:
    """Decode a batch and tell, in order of arrival, first appearances from later ones."""
    batch = Batch()
    for message in messages:
        try:
            voucher = decode(message.value, message.headers)
        except Unreadable as error:
            batch.dead.append(Dead(message, error.reason, error.detail))
            continue
        arrival = Arrival(voucher, message.partition, message.offset, _trace(message))
        if batch.first.setdefault(voucher.key, arrival) is not arrival:
            batch.later.append(arrival)
    return batch


def sums(vouchers: Iterable[Voucher]) -> dict[tuple[str, str, str], Sum]:
    """What counted vouchers add, by (project, period, currency)."""
    found: dict[tuple[str, str, str], Sum] = {}
    for voucher in vouchers:
        found.setdefault((voucher.project, voucher.period, voucher.currency), Sum()).add(voucher)
    return found


def _trace(message: Message) -> str | None:
    for name, value in message.headers:
        if name == "ce_traceparent" and value is not None:
            return value.decode("ascii", "ignore")[:55] or None
    return None
