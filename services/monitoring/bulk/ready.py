"""A batch made ready for the ledger: what is surely new as one COPY text, what the ledger may hold already apart from it.

Everything here happens before the transaction, so that the transaction only writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import polars as pl

from services.monitoring.bulk.codes import PLACE, Codes
from services.monitoring.bulk.fold import Batch, Dead, Sums, sums
from services.monitoring.bulk.seen import Seen

COLUMNS = (
    "source, numbering_year, number, date, amount, currency, project, unit, functional, economic, memo, sequence, topic_partition,"
    " log_offset"
)
"""The columns of a COPY line, in their order."""
_LINE = (
    *PLACE, "date", "amount", "currency", "project_id", "unit", "functional", "economic", "memo", "sequence", "partition", "offset",
)  # fmt: skip
_TEXTS = pl.col("number", "unit", "functional", "economic", "memo")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch told apart. Its `vouchers` (columns.SCHEMA) carry the numbers of their codes as `source_id` and `project_id`; `fresh` says
    of each whether it is surely not in the ledger, and no two of those are the same. These are `new`, sorted, with their COPY text and
    what they add; those `suspected` may stand in the ledger, or repeat what is new."""

    vouchers: pl.DataFrame
    dead: Sequence[Dead]
    fresh: pl.Series
    new: pl.DataFrame
    lines: bytes
    added: Sums
    suspected: pl.DataFrame

    def doubted(self, standing: pl.DataFrame) -> Ready:
        """The same batch where the ledger holds vouchers that seemed new: those at these places are suspected too."""
        told = self.vouchers.join(standing.with_columns(stands=True), on=PLACE, how="left", maintain_order="left")
        return told_apart(self.vouchers, self.dead, self.fresh & told["stands"].is_null())

    def all_doubted(self) -> Ready:
        """The same batch with everything suspected."""
        return told_apart(self.vouchers, self.dead, _none_of(self.vouchers))


def make_ready(batch: Batch, codes: Codes, seen: Seen) -> Ready:
    """Look up the numbers of codes and ask the filter which vouchers are new. What it is asked it remembers, so that a repetition
    within the batch is suspected like any other."""
    vouchers = numbered(batch.vouchers(), codes)
    return told_apart(vouchers, batch.dead, seen.first_seen(vouchers))


def ready_alone(batch: Batch, codes: Codes) -> Ready:
    """A batch with everything suspected, for who has no filter: a dead letter that is taken again."""
    vouchers = numbered(batch.vouchers(), codes)
    return told_apart(vouchers, batch.dead, _none_of(vouchers))


def told_apart(vouchers: pl.DataFrame, dead: Sequence[Dead], fresh: pl.Series) -> Ready:
    """Vouchers of a batch, made ready by which of them are fresh."""
    new = vouchers.filter(fresh).sort(PLACE)
    return Ready(vouchers, dead, fresh, new, copy_text(new), sums(new), vouchers.filter(~fresh))


def copy_text(vouchers: pl.DataFrame) -> bytes:
    """One line a voucher in COPY's text format, with COLUMNS."""
    lines = vouchers.select(_LINE)
    if not vouchers["plain"].all():
        lines = lines.with_columns(_TEXTS.str.replace_many(_ESCAPES))
    written = BytesIO()
    lines.write_csv(written, include_header=False, separator="\t", quote_style="never", null_value="\\N")
    return written.getvalue()


def _none_of(vouchers: pl.DataFrame) -> pl.Series:
    return pl.repeat(value=False, n=vouchers.height, dtype=pl.Boolean, eager=True)


def numbered(vouchers: pl.DataFrame, codes: Codes) -> pl.DataFrame:
    """The vouchers with the numbers of their sources and projects."""
    for field, type_, numbers in (("source", pl.Int16, codes.sources), ("project", pl.Int32, codes.projects)):
        said = vouchers[field].unique().to_list()
        known = numbers(said)
        table = pl.DataFrame(
            {field: said, f"{field}_id": [known[code] for code in said]},
            schema={field: pl.String, f"{field}_id": type_},
        )
        vouchers = vouchers.join(table, on=field, how="left", maintain_order="left")
    return vouchers
