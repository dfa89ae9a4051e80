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

from psycopg.types.json import Json

from backbone.kafka import dead
from backbone.process import metrics
from backbone.record.events import Connection
from services.monitoring.bulk.codes import Place
from services.monitoring.bulk.fold import Arrival, Batch, Sums, sums, totals
from services.monitoring.bulk.ready import COLUMNS, Ready
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
insert into ledger.numbering (source, numbering_year, seen)
select * from unnest(%s::smallint[], %s::smallint[], %s::int8multirange[])
on conflict (source, numbering_year) do update set seen = numbering.seen + excluded.seen
"""
_CONFLICT = """
insert into ledger.conflict (source, numbering_year, number, held, first_seen, partition, log_offset) values (%s, %s, %s, %s, %s, %s, %s)
on conflict (partition, log_offset) do nothing
"""
_TALLY = """
insert into ledger.tally (partition, counted, duplicate, conflict, dead)
select * from unnest(%s::integer[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
on conflict (partition) do update set counted = tally.counted + excluded.counted, duplicate = tally.duplicate + excluded.duplicate,
    conflict = tally.conflict + excluded.conflict, dead = tally.dead + excluded.dead
"""
FATES = ("counted", "duplicate", "conflict", "dead")
"""What becomes of a message: per partition, received = counted + duplicate + conflict + dead."""


def flush(conn: Connection, ready: Ready, now: datetime, worker: str = "") -> Counter[str]:
    """Write a batch inside the open transaction; how many were counted, duplicate, conflict and dead. `worker` judges what it touches.

    psycopg.errors.UniqueViolation where the ledger held a voucher that seemed new: roll back and flush `ready.doubted()`.
    """
    if ready.new:
        _copy(conn, _COPY, ready.lines)
    counted, others = _write_suspected(conn, ready)
    repeated, contradicting = _compared(conn, ready, others)
    _write_sums(conn, ready, counted, worker)
    write_repeated(conn, ready, repeated, now)
    for arrival in contradicting:
        _write_conflict(conn, arrival, now)
    for letter in ready.batch.dead:
        dead.bury(conn, letter.message, "unreadable", letter.reason, letter.detail)
    fates = {"counted": (*ready.new, *counted), "duplicate": repeated, "conflict": contradicting}
    _write_tallies(conn, fates, ready.batch)
    found = Counter({**{fate: len(arrivals) for fate, arrivals in fates.items()}, "dead": len(ready.batch.dead)})
    for fate, number in found.items():
        metrics.VOUCHERS.labels(fate).inc(number)
    return found


def _copy(conn: Connection, statement: str, lines: str) -> None:
    with conn.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.write(lines)


def _write_suspected(conn: Connection, ready: Ready) -> tuple[list[Arrival], list[Arrival]]:
    """Stage what is suspected, the first of each voucher, and insert what the ledger does not hold; the arrivals that it counted, and
    those that it did not."""
    if not ready.suspected:
        return [], []
    first: dict[Place, Arrival] = {}
    for arrival in ready.suspected:
        first.setdefault(ready.place(arrival), arrival)
    conn.execute(_STAGING)
    _copy(conn, _COPY_STAGING, ready.text(first.values()))
    counted = [first[place] for place in conn.execute(_LEDGER)]
    taken = {(arrival.partition, arrival.offset) for arrival in counted}
    return counted, [each for each in ready.suspected if (each.partition, each.offset) not in taken]


def _compared(conn: Connection, ready: Ready, arrivals: Sequence[Arrival]) -> tuple[list[Arrival], list[Arrival]]:
    """Repetitions and contradictions: arrivals that were not counted, compared with the vouchers that stand."""
    standing = _standing(conn, sorted({ready.place(arrival) for arrival in arrivals}))
    same: list[Arrival] = []
    contradicting: list[Arrival] = []
    for arrival in arrivals:
        (same if standing[ready.place(arrival)] == ready.figures(arrival) else contradicting).append(arrival)
    return same, contradicting


def _standing(conn: Connection, places: Sequence[Place]) -> dict[Place, tuple[str, int, int]]:
    """Date, amount and project that stand in the ledger for vouchers that it holds."""
    if not places:
        return {}
    rows = conn.execute(_STANDING, [list(column) for column in zip(*places, strict=True)])
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}


def _write_sums(conn: Connection, ready: Ready, counted: Sequence[Arrival], worker: str) -> None:
    """Add what was counted to figures and totals, mark what is to be judged, and note the sources' own numbers."""
    late = sums([each.voucher for each in counted], ready.projects)
    for added, arrivals in ((ready.added, ready.new), (late, counted)):
        if arrivals:
            write_figures(conn, added)
            _write_totals(conn, added)
            _mark(conn, added, arrivals, ready, worker)
    _write_numbering(conn, ready)


def write_figures(conn: Connection, added: Sums) -> None:
    """Add to the figures."""
    places = sorted(added.figures)
    sums_ = [added.figures[place] for place in places]
    columns = (
        *zip(*places, strict=True),
        *zip(*((each.paid, each.vouchers, each.first_paid) for each in sums_), strict=True),
    )
    conn.execute(_FIGURE, [_array(column) for column in columns])


def _array(values: Iterable[int | str | None]) -> str:
    """Numbers, periods, currencies or days, whose texts need no quotes, as PostgreSQL writes an array."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def _write_totals(conn: Connection, added: Sums) -> None:
    rows = sorted((*place, total.paid, total.vouchers) for place, total in totals(added.classes).items())
    conn.execute(_TOTAL, [list(column) for column in zip(*rows, strict=True)])


def _mark(conn: Connection, added: Sums, arrivals: Iterable[Arrival], ready: Ready, worker: str) -> None:
    """Mark each project from the earliest month of each fiscal year on, with the trace of one of its vouchers."""
    earliest: dict[tuple[int, str], str] = {}
    for project, period, _ in added.figures:
        place = (project, period[:4])
        before = earliest.get(place)
        if before is None or period < before:
            earliest[place] = period
    traces = {ready.projects[each.voucher.project]: each.trace for each in arrivals if each.trace}
    mark(
        conn,
        [project for project, _ in earliest],
        list(earliest.values()),
        [traces.get(project, "") for project, _ in earliest],
        worker,
    )


def _write_numbering(conn: Connection, ready: Ready) -> None:
    """Note which of the sources' own rising numbers have come, whatever became of their vouchers."""
    come: dict[tuple[str, int], list[int]] = {}
    for arrival in ready.batch.arrivals:
        voucher = arrival.voucher
        if voucher.sequence is not None:
            come.setdefault((voucher.source, voucher.numbering_year), []).append(voucher.sequence)
    if come:
        rows = sorted(
            (ready.sources[source], year, _ranges(sorted(numbers))) for (source, year), numbers in come.items()
        )
        conn.execute(_NUMBERING, [list(column) for column in zip(*rows, strict=True)])


def _ranges(numbers: Sequence[int]) -> str:
    """Sorted numbers as PostgreSQL writes a multirange: 1, 2, 3, 7 are {[1,4),[7,8)}."""
    parts: list[str] = []
    first = last = numbers[0]
    for number in numbers:
        if number > last + 1:
            parts.append(f"[{first},{last + 1})")
            first = number
        last = number
    return "{" + ",".join([*parts, f"[{first},{last + 1})"]) + "}"


def _write_conflict(conn: Connection, arrival: Arrival, now: datetime) -> None:
    voucher = arrival.voucher
    held = {name: getattr(voucher, name) for name in voucher.__struct_fields__}
    conn.execute(_CONFLICT, (*voucher.key, Json(held), now, arrival.partition, arrival.offset))


def _write_tallies(conn: Connection, fates: dict[str, tuple[Arrival, ...]], batch: Batch) -> None:
    tallies: dict[int, Counter[str]] = {}
    for fate, arrivals in fates.items():
        for partition, number in Counter(arrival.partition for arrival in arrivals).items():
            tallies.setdefault(partition, Counter())[fate] += number
    for letter in batch.dead:
        tallies.setdefault(letter.message.partition, Counter())["dead"] += 1
    rows = [(partition, *(tally[fate] for fate in FATES)) for partition, tally in sorted(tallies.items())]
    conn.execute(_TALLY, [list(column) for column in zip(*rows, strict=True)])
