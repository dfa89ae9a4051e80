"""A batch read: its vouchers as columns, the messages that hold none; and what counted vouchers add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from backbone.kafka.batches import Fetched
from backbone.kafka.dead import Message
from contracts.envelope import Unreadable
from services.monitoring.bulk import columns
from services.monitoring.bulk.columns import SCHEMA
from services.monitoring.bulk.decode import Voucher, is_voucher, read

TRACEPARENT = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
"""A W3C traceparent."""
_KINDS = ("unit", "functional", "economic")


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that holds no voucher, with its reason."""

    message: Message
    reason: str
    detail: str


@dataclass(slots=True)
class Batch:
    """What one batch holds: vouchers in frames of columns.SCHEMA, those of a partition in the order in which they came, and what can't be
    read."""

    pieces: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])
    dead: list[Dead] = field(default_factory=list[Dead])

    def vouchers(self) -> pl.DataFrame:
        """All vouchers in one frame."""
        return pl.concat(self.pieces) if self.pieces else pl.DataFrame(schema=SCHEMA)


@dataclass(frozen=True, slots=True)
class Sums:
    """What counted vouchers add, sorted; amounts in minor units. `figures` by project (its number), period and currency: paid, vouchers
    and the day of the first payment (above 0). `totals` by kind (unit, functional, economic), code (``""`` where a voucher says none),
    period and currency: paid and vouchers."""

    figures: pl.DataFrame
    totals: pl.DataFrame


def sort_out(fetched: Fetched, batch: Batch | None = None, places: Sequence[int] | None = None) -> Batch:
    """Decode messages, those at `places` or all, into `batch` or a new one; those that can't be read apart, with their reasons."""
    batch = batch or Batch()
    places = range(len(fetched)) if places is None else places
    values, headers = fetched.values, fetched.headers
    together = [place for place in places if values[place] and is_voucher(headers[place])]
    frame, strange = columns.read([values[place] or b"" for place in together])
    alone = set(places).difference(together).union(together[place] for place in strange)
    if not alone:
        batch.pieces.append(_placed(frame, fetched, together, plain=True))
        return batch
    vouchers: dict[int, Voucher] = {}
    for place in sorted(alone):
        try:
            vouchers[place] = read(values[place], headers[place])
        except Unreadable as error:
            batch.dead.append(Dead(fetched.message(place), error.reason, error.detail))
    quick = _placed(frame, fetched, [place for place in together if place not in alone], plain=True)
    slow = _placed(columns.of(vouchers.values()), fetched, list(vouchers), plain=False)
    batch.pieces.append(pl.concat((quick, slow)).sort("partition", "offset"))
    return batch


def _placed(vouchers: pl.DataFrame, fetched: Fetched, places: Sequence[int], *, plain: bool) -> pl.DataFrame:
    """Vouchers with what their messages, those at `places`, say beside the value."""
    partitions, offsets, headers = fetched.partitions, fetched.offsets, fetched.headers
    return vouchers.with_columns(
        pl.Series("partition", [partitions[place] for place in places], SCHEMA["partition"]),
        pl.Series("offset", [offsets[place] for place in places], SCHEMA["offset"]),
        _traces([headers[place].get("ce_traceparent") for place in places]),
        plain=plain,
    )


def _traces(said: list[bytes | None]) -> pl.Series:
    """The traces among what headers say; none where it is no traceparent."""
    traces = pl.Series(
        "trace", [trace.decode("ascii", "replace") if trace else None for trace in said], SCHEMA["trace"]
    )
    return traces.set(~traces.str.contains(TRACEPARENT), None)


def sums(vouchers: pl.DataFrame) -> Sums:
    """What counted vouchers add; the frame has their projects' numbers as `project_id`."""
    counted = (pl.col("amount").cast(pl.Int128).sum().alias("paid"), pl.len().alias("vouchers"))
    first_paid = pl.col("date").filter(pl.col("amount") > 0).min().alias("first_paid")
    dated = vouchers.lazy().with_columns(period=pl.col("date").str.head(7))
    figures = dated.group_by("project_id", "period", "currency").agg(*counted, first_paid)
    classes = dated.group_by(*_KINDS, "period", "currency").agg(*counted)
    totals = pl.concat(
        classes.group_by(
            pl.lit(kind).alias("kind"), pl.col(kind).fill_null("").alias("code"), "period", "currency"
        ).agg(pl.col("paid", "vouchers").sum())
        for kind in _KINDS
    )
    in_order = (figures.sort("project_id", "period", "currency"), totals.sort("kind", "code", "period", "currency"))
    return Sums(*pl.collect_all(in_order))
