"""The flush: one transaction with ledger, figures, conflicts, dead letters, touched projects, tallies and offsets.

Rows are written sorted by key, so that two workers that hold the same vouchers wait for each other instead of deadlocking; where the
database ends a deadlock all the same, the caller flushes the same batch again. Judging is another transaction (handlers): in one, an
official's order on the same project would throw away a whole batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from psycopg.types.json import Json

from backbone.kafka import dead
from backbone.process import metrics
from backbone.record.events import Connection
from services.monitoring.bulk.fold import Arrival, Batch, Key, sums

TOUCHED = "touched"
"""The channel that PostgreSQL notifies when figures changed that are to be judged."""

_STAGING = """
create temporary table if not exists staging (
    source text collate "C", numbering_year integer, number text collate "C", date date, amount bigint, currency text, project text,
    unit text, memo text, functional text, economic text, sequence bigint, period text, topic_partition integer, log_offset bigint
) on commit delete rows
"""
_COPY = (
    "copy staging (source, numbering_year, number, date, amount, currency, project, unit, memo, functional, economic, sequence, period,"
    " topic_partition, log_offset) from stdin"
)
_LEDGER = """
insert into ledger.voucher (source, numbering_year, number, date, amount, currency, project, unit, memo, functional, economic, sequence,
                            period, arrived, topic_partition, log_offset)
select source, numbering_year, number, date, amount, currency, project, unit, memo, functional, economic, sequence,
       period, %s, topic_partition, log_offset
from staging order by source, numbering_year, number
on conflict (source, numbering_year, number) do nothing
returning source, numbering_year, number
"""
_STANDING = """
select v.source, v.numbering_year, v.number, v.date, v.amount, v.project
from staging s join ledger.voucher v using (source, numbering_year, number)
"""
_FIGURE = """
insert into ledger.figure (project, period, currency, paid, vouchers, first_paid) values (%s, %s, %s, %s, %s, %s)
on conflict (project, period, currency) do update set paid = figure.paid + excluded.paid, vouchers = figure.vouchers + excluded.vouchers,
    first_paid = least(figure.first_paid, excluded.first_paid)
"""
_TOUCHED = """
insert into ledger.touched (project, period, since, trace) values (%s, %s, %s, %s)
on conflict (project) do update set period = least(touched.period, excluded.period), since = greatest(touched.since, excluded.since),
    trace = coalesce(excluded.trace, touched.trace)
"""
_CONFLICT = """
insert into ledger.conflict (source, numbering_year, number, held, first_seen, partition, log_offset) values (%s, %s, %s, %s, %s, %s, %s)
on conflict (partition, log_offset) do nothing
"""
_TALLY = """
insert into ledger.tally (partition, counted, duplicate, conflict, dead) values (%s, %s, %s, %s, %s)
on conflict (partition) do update set counted = tally.counted + excluded.counted, duplicate = tally.duplicate + excluded.duplicate,
    conflict = tally.conflict + excluded.conflict, dead = tally.dead + excluded.dead
"""


def flush(conn: Connection, batch: Batch, now: datetime) -> Counter[str]:
    """Write `batch` inside the open transaction; how many were counted, duplicate, conflict and dead."""
    counted = _write_ledger(conn, batch, now)
    repeated, contradicting = _not_counted(conn, batch, counted)
    _write_figures(conn, [batch.first[key] for key in sorted(counted)], now)
    for arrival in sorted(contradicting, key=lambda held: (held.partition, held.offset)):
        _write_conflict(conn, arrival, now)
    for letter in batch.dead:
        dead.bury(conn, letter.message, "unreadable", letter.reason, letter.detail)
    fates = {"counted": [batch.first[key] for key in counted], "duplicate": repeated, "conflict": contradicting}
    _write_tallies(conn, fates, batch)
    totals = Counter({fate: len(arrivals) for fate, arrivals in fates.items()})
    totals["dead"] = len(batch.dead)
    for fate, number in totals.items():
        metrics.VOUCHERS.labels(fate).inc(number)
    return totals


def _write_ledger(conn: Connection, batch: Batch, now: datetime) -> set[Key]:
    """Stage all first appearances and insert those that the ledger does not hold; their keys."""
    if not batch.first:
        return set()
    conn.execute(_STAGING)
    with conn.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            copy.write("".join(_line(batch.first[key]) for key in sorted(batch.first)))
        return {(row[0], row[1], row[2]) for row in cursor.execute(_LEDGER, (now,))}


def _not_counted(conn: Connection, batch: Batch, counted: set[Key]) -> tuple[list[Arrival], list[Arrival]]:
    """Repetitions and contradictions: each arrival that was not counted, compared with the voucher that stands."""
    standing = {key: batch.first[key].voucher.figures for key in counted}
    if len(counted) < len(batch.first):
        standing.update({(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in conn.execute(_STANDING)})
    repeated: list[Arrival] = []
    contradicting: list[Arrival] = []
    for arrival in (*(first for key, first in batch.first.items() if key not in counted), *batch.later):
        same = standing[arrival.voucher.key] == arrival.voucher.figures
        (repeated if same else contradicting).append(arrival)
    return repeated, contradicting


def _write_figures(conn: Connection, counted: Sequence[Arrival], now: datetime) -> None:
    """Add what was counted to the figures, and mark each project from its earliest month on, with the trace of one of its vouchers."""
    added = sums(arrival.voucher for arrival in counted)
    if not added:
        return
    traces = {arrival.voucher.project: arrival.trace for arrival in counted if arrival.trace}
    touched: dict[str, str] = {}
    for project, period, _ in added:
        touched[project] = min(period, touched.get(project, period))
    rows = [(*key, total.paid, total.vouchers, total.first_paid) for key, total in sorted(added.items())]
    with conn.cursor() as cursor:
        cursor.executemany(_FIGURE, rows)
        cursor.executemany(
            _TOUCHED, [(project, period, now, traces.get(project)) for project, period in sorted(touched.items())]
        )
        cursor.execute("select pg_notify(%s, '')", (TOUCHED,))


def _write_conflict(conn: Connection, arrival: Arrival, now: datetime) -> None:
    voucher = arrival.voucher
    held = {name: _plain(getattr(voucher, name)) for name in voucher.__struct_fields__}
    conn.execute(_CONFLICT, (*voucher.key, Json(held), now, arrival.partition, arrival.offset))


def _write_tallies(conn: Connection, fates: dict[str, list[Arrival]], batch: Batch) -> None:
    """Per partition: received = counted + duplicate + conflict + dead."""
    tallies: dict[int, Counter[str]] = {}
    for fate, arrivals in fates.items():
        for arrival in arrivals:
            tallies.setdefault(arrival.partition, Counter())[fate] += 1
    for letter in batch.dead:
        tallies.setdefault(letter.message.partition, Counter())["dead"] += 1
    rows = [
        (place, *(tally[fate] for fate in ("counted", "duplicate", "conflict", "dead")))
        for place, tally in sorted(tallies.items())
    ]
    with conn.cursor() as cursor:
        cursor.executemany(_TALLY, rows)


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _line(arrival: Arrival) -> str:
    """One row in COPY's text format."""
    v = arrival.voucher
    texts = (
        v.source,
        v.numbering_year,
        v.number,
        v.date,
        v.amount,
        v.currency,
        v.project,
        v.unit,
        v.memo,
        v.functional,
        v.economic,
    )
    rest = (v.sequence, v.period, arrival.partition, arrival.offset)
    return "\t".join("\\N" if value is None else str(value).translate(_ESCAPES) for value in (*texts, *rest)) + "\n"


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | str) else str(value)
