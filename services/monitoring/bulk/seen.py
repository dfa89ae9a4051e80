"""Which vouchers may stand in the ledger already: a bounded filter that never denies one that does, rebuilt from the ledger.

What the filter does not know is new and goes straight under the unique index; what it suspects is compared with the ledger. It knows
what the ledger held when it was filled and what this worker counted since. Another worker's vouchers it may not know: the unique index
does, the batch falls, and is written again as one of suspects.
"""

from __future__ import annotations

import polars as pl
from rbloom import Bloom

from backbone.record.events import Connection
from services.monitoring.bulk.codes import PLACE_TYPES

LEAST, MOST = 4_000_000, 400_000_000
"""Vouchers that the filter is made for; 14.4 bits each. Beyond the most it suspects more and more, and stays right."""
WRONGLY = 0.001
"""Share of new vouchers that are suspected, as long as no more are in it than it is made for."""
SLICE = 100_000

_COUNT = "select greatest(reltuples, 0)::bigint from pg_class where oid = 'ledger.voucher'::regclass"
_SLICE = """
select v.source, v.numbering_year, v.number from ledger.voucher v
where (v.source, v.numbering_year, v.number) > (%s, %s, %s)
order by v.source, v.numbering_year, v.number limit %s
"""


class Seen:
    """The filter of one worker. Until it has been filled it suspects everything."""

    def __init__(self, conn: Connection, *, least: int = LEAST, part: int = SLICE) -> None:
        self.conn = conn
        self._part = part
        row = conn.execute(_COUNT).fetchone()
        self._begin(max(least, 2 * (row[0] if row else 0)))

    @property
    def ready(self) -> bool:
        """Whether it has been filled with what the ledger holds."""
        return self._place is None

    def fill(self) -> None:
        """Read the next slice of the ledger into the filter; nothing where it is full of it already. One that holds more than it was made
        for is made anew, twice as large, and filled again."""
        if self._place is None:
            if self._held > self._made_for and self._made_for < MOST:
                self._begin(2 * self._made_for)
            return
        rows = self.conn.execute(_SLICE, (*self._place, self._part)).fetchall()
        self._bloom.update(_hashes(pl.DataFrame(rows, schema=PLACE_TYPES, orient="row")))  # pyright: ignore[reportUnknownMemberType]
        self._held += len(rows)
        self._place = rows[-1] if len(rows) == self._part else None

    def first_seen(self, vouchers: pl.DataFrame) -> pl.Series:
        """Of each voucher (by its columns PLACE) whether the ledger surely doesn't hold it and nobody asked for it before, in this frame or
        another: from now on it stands in the ledger, or may."""
        bloom = self._bloom
        hashes = _hashes(vouchers)
        unknown = pl.Series([hash_ not in bloom for hash_ in hashes], dtype=pl.Boolean) & hashes.is_first_distinct()
        bloom.update(hashes)  # pyright: ignore[reportUnknownMemberType]
        self._held += unknown.sum()
        return unknown if self.ready else unknown & False

    def _begin(self, made_for: int) -> None:
        self._made_for = min(made_for, MOST)
        self._bloom = Bloom(self._made_for, WRONGLY)
        self._held = 0
        self._place: tuple[int, int, str] | None = (-1, -1, "")


def _hashes(vouchers: pl.DataFrame) -> pl.Series:
    """A number for each voucher's place, the same for the same; two may share one, which makes a suspect."""
    return vouchers.select(pl.col(name).cast(type_) for name, type_ in PLACE_TYPES.items()).hash_rows()
