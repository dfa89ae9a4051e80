"""Vouchers that came again with the same figures: noted once a voucher, with how often and where last, for the voucher's own page."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from backbone.record.events import Connection
from services.monitoring.bulk.codes import PLACE

_REPEATED = """
insert into ledger.repetition (source, numbering_year, number, times, topic_partition, log_offset, last_arrived)
select asked.*, %s from unnest(%s::smallint[], %s::smallint[], %s::text[], %s::integer[], %s::smallint[], %s::bigint[]) as asked
on conflict (source, numbering_year, number) do update set times = repetition.times + excluded.times,
    topic_partition = excluded.topic_partition, log_offset = excluded.log_offset, last_arrived = excluded.last_arrived
"""


def write_repeated(conn: Connection, repeated: pl.DataFrame, now: datetime) -> None:
    """Note repetitions, sorted by voucher so that two workers wait for each other instead of deadlocking."""
    if repeated.is_empty():
        return
    last = pl.col("partition", "offset").last()
    rows = repeated.group_by(PLACE, maintain_order=True).agg(pl.len().alias("times"), last).sort(PLACE)
    conn.execute(_REPEATED, (now, *(column.to_list() for column in rows)))
