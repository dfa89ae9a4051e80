"""The flush: one transaction with ledger, figures, totals, conflicts, dead letters, marks, tallies and offsets.

What is surely new is copied straight under the unique index; what may stand in the ledger goes by way of a staging table and is compared
with the voucher that does. Rows are written sorted, so that two workers that hold the same ones wait for each other instead of
deadlocking; where the database ends a deadlock all the same, the caller flushes the same batch again. Judging is another transaction
(handlers): in one, an official's order on the same project would throw away a whole batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl
from psycopg.types.json import Json

from backbone.kafka import dead
from backbone.process import metrics
from backbone.record.events import Connection
from services.monitoring.bulk.codes import PLACE, PLACE_TYPES
from services.monitoring.bulk.columns import FIELDS
from services.monitoring.bulk.fold import Dead, Sums, sums
from services.monitoring.bulk.ready import COLUMNS, Ready, copy_text
from services.monitoring.bulk.repeated import write_repeated
from services.monitoring.handlers.marks import mark

_COPY = f"copy ledger.voucher ({COLUMNS}) from stdin"
_STAGING = """
create temporary table if not exists staging (
    source smallint, numbering_year smallint, number text collate "C", date date, amount bigint, currency text, project integer,
    unit text, functional text, economic text, memo text, sequence bigint, topic_partition smallint, log_offset bigint
) on commit delete rows
"""
_COPY_STAGING = f"copy staging ({COLUMNS}) from stdin"
_LEDGER = f"""
insert into ledger.voucher ({COLUMNS})
select {COLUMNS} from staging order by source, numbering_year, number
on conflict (source, numbering_year, number) do nothing
returning source, numbering_year, number
"""  # noqa: S608
_STANDING = """
select v.source, v.numbering_year, v.number, to_char(v.date, 'YYYY-MM-DD'), v.amount, v.project
from unnest(%s::smallint[], %s::smallint[], %s::text[]) as asked(source, numbering_year, number)
join ledger.voucher v using (source, numbering_year, number)
"""
_FIGURE = """
insert into ledger.figure (project, period, currency, paid, vouchers, first_paid)
select * from unnest(%s::integer[], %s::text[], %s::text[], %s::bigint[], %s::integer[], %s::date[])
on conflict (project, period, currency) do update set paid = figure.paid + excluded.paid, vouchers = figure.vouchers + excluded.vouchers,
    first_paid = least(figure.first_paid, excluded.first_paid)
"""
_TOTAL = """
insert into ledger.total (kind, code, period, currency, paid, vouchers)
select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
on conflict (kind, code, period, currency) do update set paid = total.paid + excluded.paid, vouchers = total.vouchers + excluded.vouchers
"""
_NUMBERING = """
insert into ledger.numbering (source, numbering_year, block, seen)
select * from unnest(%s::smallint[], %s::smallint[], %s::bigint[], %s::int8multirange[])
on conflict (source, numbering_year, block) do update set seen = numbering.seen + excluded.seen
"""
_CONFLICT = """
insert into ledger.conflict (source, numbering_year, number, held, first_seen, partition, log_offset) values (%s, %s, %s, %s, %s, %s, %s)
on conflict do nothing
"""
_TALLY = """
insert into ledger.tally (partition, counted, duplicate, conflict, dead)
select * from unnest(%s::integer[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
on conflict (partition) do update set counted = tally.counted + excluded.counted, duplicate = tally.duplicate + excluded.duplicate,
    conflict = tally.conflict + excluded.conflict, dead = tally.dead + excluded.dead
"""
BLOCK = 4_096
"""A source's own numbers in one row of `ledger.numbering`: noting some costs no more where many have come before."""
FATES = ("counted", "duplicate", "conflict", "dead")
"""What becomes of a message: per partition, received = counted + duplicate + conflict + dead."""
_STANDING_COLUMNS = {
    **PLACE_TYPES,
    "standing_date": pl.String,
    "standing_amount": pl.Int64,
    "standing_project": pl.Int32,
}
_SAME = (
    (pl.col("standing_date") == pl.col("date"))
    & (pl.col("standing_amount") == pl.col("amount"))
    & (pl.col("standing_project") == pl.col("project_id"))
)
"""What must be the same for a repetition: date, amount, project."""


def flush(conn: Connection, ready: Ready, now: datetime, worker: str = "") -> Counter[str]:
    """Write a batch inside the open transaction; how many were counted, duplicate, conflict and dead. `worker` judges what it touches.

    psycopg.errors.UniqueViolation where the ledger held a voucher that seemed new: roll back and flush `doubted(conn, ready)`.
    """
    if ready.lines:
        _copy(conn, _COPY, ready.lines)
    counted, others = _write_suspected(conn, ready.suspected)
    repeated, contradicting = _compared(conn, others)
    fates = (("counted", ready.new), ("counted", counted), ("duplicate", repeated), ("conflict", contradicting))
    for letter in ready.dead:
        dead.bury(conn, letter.message, "unreadable", letter.reason, letter.detail)
    _write_sums(conn, ready.added, ready.new, worker)
    if not counted.is_empty():
        _write_sums(conn, sums(counted), counted, worker)
    _write_numbering(conn, ready.vouchers)
    write_repeated(conn, repeated, now)
    _write_conflicts(conn, contradicting, now)
    _write_tallies(conn, fates, ready.dead)
    found = Counter(dict.fromkeys(FATES, 0), dead=len(ready.dead))
    for fate, vouchers in fates:
        found[fate] += vouchers.height
    for fate, number in found.items():
        metrics.VOUCHERS.labels(fate).inc(number)
    return found


def doubted(conn: Connection, ready: Ready) -> Ready:
    """A batch that fell because the ledger held what seemed new: what stands there now is suspected, and everything where nothing does."""
    standing = _standing(conn, ready.new)
    return ready.all_doubted() if standing.is_empty() else ready.doubted(standing.select(PLACE))


def _copy(conn: Connection, statement: str, lines: bytes) -> None:
    with conn.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.write(lines)


def _write_suspected(conn: Connection, suspected: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Stage what is suspected, the first of each voucher, and insert what the ledger does not hold; the vouchers that it counted, and
    those that it did not."""
    if suspected.is_empty():
        return suspected, suspected
    first = suspected.unique(PLACE, keep="first", maintain_order=True)
    conn.execute(_STAGING)
    _copy(conn, _COPY_STAGING, copy_text(first.sort(PLACE)))
    places = pl.DataFrame(conn.execute(_LEDGER).fetchall(), schema=PLACE_TYPES, orient="row")
    counted = first.join(places, on=PLACE, how="semi")
    return counted, suspected.join(counted, on=("partition", "offset"), how="anti", maintain_order="left")


def _compared(conn: Connection, vouchers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Repetitions and contradictions: vouchers that were not counted, compared with those that stand."""
    if vouchers.is_empty():
        return vouchers, vouchers
    standing = _standing(conn, vouchers)
    told = vouchers.join(standing, on=PLACE, how="left", maintain_order="left")
    return told.filter(_SAME).select(vouchers.columns), told.filter(~_SAME).select(vouchers.columns)


def _standing(conn: Connection, vouchers: pl.DataFrame) -> pl.DataFrame:
    """Date, amount and project that stand in the ledger for those of the vouchers that it holds."""
    places = vouchers.select(PLACE).unique()
    rows = conn.execute(_STANDING, [column.to_list() for column in places]).fetchall() if places.height else []
    return pl.DataFrame(rows, schema=_STANDING_COLUMNS, orient="row")


def _write_sums(conn: Connection, added: Sums, vouchers: pl.DataFrame, worker: str) -> None:
    """Add what these vouchers add to figures and totals, and mark what is to be judged."""
    if vouchers.is_empty():
        return
    write_figures(conn, added)
    conn.execute(_TOTAL, [column.to_list() for column in added.totals])
    _mark(conn, added, vouchers, worker)


def write_figures(conn: Connection, added: Sums) -> None:
    """Add to the figures."""
    conn.execute(_FIGURE, [_array(column) for column in added.figures])


def _array(column: pl.Series) -> str:
    """Numbers, periods, currencies, days or traces, whose texts need no quotes, as PostgreSQL writes an array."""
    return "{" + ",".join(column.cast(pl.String).fill_null("NULL").to_list()) + "}"


def _mark(conn: Connection, added: Sums, vouchers: pl.DataFrame, worker: str) -> None:
    """Mark each project from the earliest month of each fiscal year on, with the trace of one of its vouchers."""
    traces = vouchers.lazy().group_by("project_id").agg(pl.col("trace").drop_nulls().last())
    marks = (
        added.figures.lazy()
        .group_by("project_id", pl.col("period").str.head(4).alias("year"))
        .agg(pl.col("period").min())
        .join(traces, on="project_id", how="left")
        .sort("project_id", "period")
        .select("project_id", "period", pl.col("trace").fill_null('""'))
        .collect()
    )
    mark(conn, *(_array(column) for column in marks), worker)


def _write_numbering(conn: Connection, vouchers: pl.DataFrame) -> None:
    """Note which of the sources' own rising numbers have come, whatever became of their vouchers."""
    come = numbering(vouchers)
    if not come.is_empty():
        conn.execute(_NUMBERING, [column.to_list() for column in come])


def numbering(vouchers: pl.DataFrame) -> pl.DataFrame:
    """The sources' own numbers that these vouchers carry, by source, numbering year and block, as PostgreSQL writes a multirange: 1, 2,
    3 and 7 are {[1,4),[7,8)}."""
    place = ("source_id", "numbering_year", "block")
    return (
        vouchers.lazy()
        .drop_nulls("sequence")
        .select("source_id", "numbering_year", "sequence", block=pl.col("sequence") // BLOCK)
        .unique()
        .sort("source_id", "numbering_year", "sequence")
        .with_columns(run=pl.col("sequence") - pl.int_range(pl.len()))
        .group_by(*place, "run", maintain_order=True)
        .agg(pl.col("sequence").min().alias("first"), (pl.col("sequence").max() + 1).alias("behind"))
        .group_by(*place, maintain_order=True)
        .agg(seen=pl.format("[{},{})", "first", "behind").str.join(","))
        .with_columns(pl.concat_str(pl.lit("{"), "seen", pl.lit("}")).alias("seen"))
        .collect()
    )


def _write_conflicts(conn: Connection, contradicting: pl.DataFrame, now: datetime) -> None:
    for row in contradicting.iter_rows(named=True):
        held = {name: row[name] for name in FIELDS}
        key = (row["source"], row["numbering_year"], row["number"])
        conn.execute(_CONFLICT, (*key, Json(held), now, row["partition"], row["offset"]))


def _write_tallies(conn: Connection, fates: Iterable[tuple[str, pl.DataFrame]], dead: Sequence[Dead]) -> None:
    tallies: dict[int, Counter[str]] = {}
    for fate, vouchers in fates:
        for partition, number in Counter(vouchers["partition"].to_list()).items():
            tallies.setdefault(partition, Counter())[fate] += number
    for letter in dead:
        tallies.setdefault(letter.message.partition, Counter())["dead"] += 1
    rows = [(partition, *(tally[fate] for fate in FATES)) for partition, tally in sorted(tallies.items())]
    conn.execute(_TALLY, [list(column) for column in zip(*rows, strict=True)])
