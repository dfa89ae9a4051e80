"""Vouchers that came again with the same figures: noted once a voucher, with how often and where last, for the voucher's own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backbone.record.events import Connection
from services.monitoring.bulk.codes import Place
from services.monitoring.bulk.fold import Arrival
from services.monitoring.bulk.ready import Ready

_REPEATED = """
insert into ledger.repetition (source, numbering_year, number, times, topic_partition, log_offset, last_arrived)
select asked.*, %s from unnest(%s::smallint[], %s::smallint[], %s::text[], %s::integer[], %s::smallint[], %s::bigint[]) as asked
on conflict (source, numbering_year, number) do update set times = repetition.times + excluded.times,
    topic_partition = excluded.topic_partition, log_offset = excluded.log_offset, last_arrived = excluded.last_arrived
"""


def write_repeated(conn: Connection, ready: Ready, repeated: Sequence[Arrival], now: datetime) -> None:
    """Note repetitions, sorted by voucher so that two workers wait for each other instead of deadlocking."""
    if not repeated:
        return
    found: dict[Place, tuple[int, int, int]] = {}
    for arrival in repeated:
        place = ready.place(arrival)
        found[place] = (found.get(place, (0,))[0] + 1, arrival.partition, arrival.offset)
    rows = [(*place, *said) for place, said in sorted(found.items())]
    conn.execute(_REPEATED, (now, *(list(column) for column in zip(*rows, strict=True))))
