"""The seven invariants: each violation with its kind (something lost, something doubled, something else wrong) and a sentence."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from importlib import import_module
from typing import Any, Literal, NamedTuple

from psycopg import sql

from backbone.record.events import Connection
from backbone.record.rebuild import rebuild
from contracts.envelope import Envelope, open_structured
from contracts.execution import ExecutionReported
from tests.nemesis.evidence import Evidence, Figures
from tests.nemesis.log import ACKNOWLEDGED, FAILED
from tests.nemesis.vouchers import SOURCE

Kind = Literal["lost", "doubled", "wrong"]


class Excuse(NamedTuple):
    """The faults that made it impossible that something holds, and its name; none where there are no faults."""

    faults: tuple[str, ...]
    name: str


class Violation(NamedTuple):
    """What does not hold: of which invariant, of which kind, a sentence, and what excuses it."""

    invariant: str
    kind: Kind
    sentence: str
    excuse: Excuse = Excuse((), "")


Found = Iterator[tuple[Kind, str] | tuple[Kind, str, Excuse]]


def commands(evidence: Evidence) -> Found:
    """1. A command that was acknowledged is carried out once, one that is unknown at most once, one that failed not at all."""
    for service, conn in evidence.databases.items():
        done = Counter(dict(conn.execute(_DONE).fetchall()))
        asked = {key: each for key, each in evidence.told.commands.items() if each.service == service}
        for key, operation in asked.items():
            if ACKNOWLEDGED in operation.fates and not done[key]:
                yield "lost", f"{service}: {key} was acknowledged and is not there"
            if set(operation.fates) == {FAILED} and done[key]:
                yield "doubled", f"{service}: {key} failed and is there"
            if done[key] > 1:
                yield "doubled", f"{service}: {key} was carried out {done[key]} times"
        yield from _appended(service, conn, evidence)
        yield from (
            ("lost", f"{service}: {key} was answered with {id_}, which is no event")
            for key, id_ in conn.execute(_ANSWERED)
        )


_DONE = "select detail->>'key', count(*) from record.audit where outcome = 'done' group by 1"
_ANSWERED = """
select key, said->>'id' from record.command, jsonb_array_elements(answer->'events') as said
where not exists (select from record.event where id = (said->>'id')::uuid)
"""


def _appended(service: str, conn: Connection, evidence: Evidence) -> Found:
    """How often a stream has an event that commands alone bring about."""
    least, most = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for operation in evidence.told.commands.values():
        if operation.service == service:
            place = (operation.stream, operation.event)
            least[place] += ACKNOWLEDGED in operation.fates
            most[place] += set(operation.fates) != {FAILED}
    there = Counter({(stream, name): number for stream, name, number in conn.execute(_BY_NAME)})
    for place in most:
        if there[place] < least[place]:
            yield (
                "lost",
                f"{service}: {least[place]} times acknowledged and {there[place]} times there: {' '.join(place)}",
            )
        if there[place] > most[place]:
            yield (
                "doubled",
                f"{service}: at most {most[place]} times asked and {there[place]} times there: {' '.join(place)}",
            )


_BY_NAME = "select stream, split_part(type, '.', 3), count(*) from record.event where origin is null group by 1, 2"


def vouchers(evidence: Evidence) -> Found:
    """2. The ledger has one row a voucher that was acknowledged, with figures that were sent; sums are exact to the fen."""
    conn = evidence.databases["monitoring"]
    standing: dict[str, Figures] = {}
    for number, *figures in conn.execute(_LEDGER, (SOURCE,)):
        if number in standing:
            yield "doubled", f"voucher {number} stands twice"
        standing[number] = Figures(*figures)
    expected = 0
    for number, variants in evidence.told.vouchers.items():
        possible, figures = evidence.told.possible(number), standing.get(number)
        if figures is None:
            if any(ACKNOWLEDGED in fates for fates in variants.values()):
                excuse = Excuse(evidence.told.excuse(number), number)
                yield "lost", f"voucher {number} was acknowledged and is not in the ledger", excuse
        elif figures not in possible:
            yield "wrong", f"voucher {number} stands as {figures}, sent were {sorted(possible)}"
        else:
            expected += figures.amount
    yield from (
        ("wrong", f"voucher {number} was never sent") for number in standing.keys() - evidence.told.vouchers.keys()
    )
    (paid,) = conn.execute("select coalesce(sum(paid), 0)::bigint from ledger.figure").fetchone() or (0,)
    if paid != expected:
        yield "wrong", f"{paid} fen in the figures, {expected} by what was sent"


_LEDGER = "select number, amount, project, date::text from ledger.voucher_by_code where source = %s"


def received(evidence: Evidence) -> Found:
    """3. Of each partition, received = counted + duplicate + conflict + dead; what was lost and read again counts twice."""
    conn = evidence.databases["monitoring"]
    tallies = dict(conn.execute("select partition, counted + duplicate + conflict + dead from ledger.tally").fetchall())
    again = dict(conn.execute(_AGAIN, (ExecutionReported.topic,)).fetchall())
    for partition, end in sorted(evidence.ends.items()):
        told, expected = tallies.get(partition, 0), end + again.get(partition, 0)
        if told != expected:
            kind: Kind = "lost" if told < expected else "doubled"
            yield kind, f"partition {partition}: {expected} received, {told} told apart"
    row = conn.execute(
        "select (select coalesce(sum(counted), 0) from ledger.tally), (select count(*) from ledger.voucher)"
    ).fetchone()
    if row and row[0] != row[1]:
        yield "wrong", f"{row[0]} counted, {row[1]} in the ledger"


_AGAIN = """
select partition, sum(expected_offset - goes_on_at)::bigint from record.topic_change where topic = %s group by 1
"""


def order(evidence: Evidence) -> Found:
    """4. Versions and public numbers of a stream are contiguous, and its events come first in Kafka in the order of their numbers.

    Where a fault took messages, a later event may have come first, but then all came again in order.
    """
    for service, conn in evidence.databases.items():
        yield from (
            ("wrong", f"{service}: {stream} has a gap in its versions or numbers") for (stream,) in conn.execute(_GAPS)
        )
        envelopes = [open_structured(entry.value) for entry in evidence.topics.get(service, ())]
        faults = tuple(sorted(evidence.told.shaken.get(f"{service}.events", ())))
        for stream, number, before in _out_of_order(envelopes):
            excuse = Excuse(faults, f"{service} {stream} {number}")
            yield "wrong", f"{service}: {stream} {number} came first after {before}", excuse
        if faults:
            last = {envelope.id: envelope for envelope in reversed(envelopes)}
            for stream, number, before in _out_of_order(reversed(last.values())):
                yield "wrong", f"{service}: {stream} {number} came last after {before}"


def _out_of_order(envelopes: Iterable[Envelope]) -> Iterator[tuple[str, int, int]]:
    """Stream and number of each event whose first appearance is not the next after what came before, and the last number before."""
    last, seen = Counter[str](), set[str]()
    for envelope in envelopes:
        if envelope.id not in seen:
            seen.add(envelope.id)
            stream, number = envelope.subject or "", envelope.streamnumber or 0
            if number != last[stream] + 1:
                yield stream, number, last[stream]
            last[stream] = max(last[stream], number)


_GAPS = """
select stream from record.event group by stream
having count(*) <> max(version) or count(number) <> coalesce(max(number), 0)
"""


def same(evidence: Evidence) -> Found:
    """5. The same public events, by their ids and data, in PostgreSQL, in Kafka, and where others heard them: none missing, no ghosts."""
    for service, conn in evidence.databases.items():
        recorded = {str(id_): digest(id_, data) for id_, data in conn.execute(_PUBLIC)}
        if service in evidence.topics:
            yield from _compared(service, recorded, evidence)
        yield from (
            ("wrong", f"{service}: {number} of {stream} is parked")
            for stream, number in conn.execute("select stream, number from record.parked")
        )
        yield from (("wrong", f"{service}: dead letter {row}") for row in conn.execute(_DEAD))
        for hearer, other in evidence.databases.items():
            yield from _heard(service, recorded, conn, hearer, other)


def _compared(service: str, recorded: dict[str, str], evidence: Evidence) -> Found:
    published: dict[str, str] = {}
    for entry in evidence.topics[service]:
        envelope = open_structured(entry.value)
        found = digest(envelope.id, envelope.data)
        if published.setdefault(envelope.id, found) != found:
            yield "wrong", f"{service}: {envelope.id} is in Kafka with two contents"
    for id_ in recorded.keys() - published.keys():
        yield "lost", f"{service}: the event {id_} is not in Kafka"
    for id_ in published.keys() - recorded.keys():
        yield "doubled", f"{service}: a ghost in Kafka, {id_}"
    for id_ in recorded.keys() & published.keys():
        if recorded[id_] != published[id_]:
            yield "wrong", f"{service}: {id_} says something else in Kafka"


def _heard(service: str, recorded: dict[str, str], conn: Connection, hearer: str, other: Connection) -> Found:
    if hearer == service:
        return
    for id_, data in other.execute("select id, data from record.event where origin = %s", (service,)):
        if recorded.get(str(id_)) != digest(id_, data):
            yield "wrong", f"{hearer} heard {id_} of {service}, which says otherwise or never said it"
    said = dict(
        conn.execute("select stream, max(number) from record.event where number is not null group by 1").fetchall()
    )
    heard = dict(other.execute("select stream, number from record.heard where origin = %s", (service,)).fetchall())
    for stream in said.keys() | heard.keys() if heard else ():
        if said.get(stream, 0) != heard.get(stream, 0):
            yield "lost", f"{hearer} heard {heard.get(stream, 0)} of {service}'s {said.get(stream, 0)} in {stream}"


_PUBLIC = "select id, data from record.event where number is not null and origin is null"
_DEAD = "select topic, partition, log_offset, kind, reason, left(detail, 200) from record.dead_letter"


def digest(id_: object, data: Any) -> str:
    """SHA-256 over an event's id and what it says."""
    return hashlib.sha256(f"{id_}{json.dumps(data, sort_keys=True)}".encode()).hexdigest()


def folds(evidence: Evidence) -> Found:
    """6. Figures and totals are folds of the ledger, read models what a rebuild makes of the record."""
    monitoring = evidence.databases["monitoring"]
    yield from (("wrong", f"figure: {row}") for row in monitoring.execute(_FIGURES))
    yield from (("wrong", f"total: {row}") for row in monitoring.execute(_TOTALS))
    for service, conn in evidence.databases.items():
        with conn.transaction(force_rollback=True):
            conn.execute(
                "select set_config('role', nspowner::regrole::text, true) from pg_namespace where nspname = 'read'"
            )
            before = content(conn)
            rebuild(conn, import_module(f"services.{service}.app").RECORD)
            after = content(conn)
        for table in sorted(before):
            if before[table] != after[table]:
                yield (
                    "wrong",
                    f"{service}: read.{table} has {before[table][0]} rows, rebuilt {after[table][0]}, which are not the same",
                )


def content(conn: Connection) -> dict[str, tuple[int, str]]:
    """Number of rows of each read model, and a hash of them."""
    tables = [row[0] for row in conn.execute("select tablename from pg_tables where schemaname = 'read'")]
    found: dict[str, tuple[int, str]] = {}
    for table in tables:
        query = sql.SQL(
            "select count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from {} t"
        )
        row = conn.execute(query.format(sql.Identifier("read", table))).fetchone()
        assert row is not None
        found[table] = row
    return found


_FOLD = "select project, to_char(date, 'YYYY-MM'), currency, sum(amount), count(*) from ledger.voucher group by 1, 2, 3"
_HELD = "select project, period, currency, paid, vouchers from ledger.figure"
_FIGURES = f"({_FOLD} except {_HELD}) union all ({_HELD} except {_FOLD})"
_TOTALS = """
select kind, sum(paid), sum(vouchers) from ledger.total group by kind
having (sum(paid), sum(vouchers)) <> (select coalesce(sum(amount), 0), count(*) from ledger.voucher)
"""


def deadlines(evidence: Evidence) -> Found:
    """7. Every deadline that has passed was noticed, and noticed once."""
    conn = evidence.databases["monitoring"]
    (confirmed,) = conn.execute("select confirmed from record.business_day").fetchone() or (None,)
    for stream, until, times in conn.execute(_PASSED, {"day": confirmed or date.min}):
        if not times:
            yield "lost", f"{stream}: what was urged until {until} passed unnoticed"
    yield from (
        ("doubled", f"{stream}: {what} was noticed {times} times") for stream, what, times in conn.execute(_TWICE)
    )


_PASSED = """
select urged.stream, urged.data->>'until', (
    select count(*) from record.event passed where passed.stream = urged.stream and passed.type like 'jixiao.monitoring.DeadlinePassed.%%'
        and passed.data->>'of' = 'urging' and passed.data->>'until' = urged.data->>'until')
from record.event urged where urged.type like 'jixiao.monitoring.AdjustmentUrged.%%' and (urged.data->>'until')::date < %(day)s
"""
_TWICE = """
select stream, split_part(type, '.', 3) || ' ' || data::text, count(*) from (
    select stream, type, data - 'noticed_on' - 'chased_on' - 'reminder' - 'overdue_on' as data from record.event
    where split_part(type, '.', 3) in ('DeadlinePassed', 'ReportChased', 'CorrectionOverdue')
) as noticed group by 1, 2 having count(*) > 1
"""

INVARIANTS: dict[str, Callable[[Evidence], Found]] = {
    "commands": commands,
    "vouchers": vouchers,
    "received": received,
    "order": order,
    "same": same,
    "folds": folds,
    "deadlines": deadlines,
}


def violations(evidence: Evidence, progress: Callable[[str], None] = lambda _: None) -> Iterator[Violation]:
    """Everything that does not hold."""
    for name, invariant in INVARIANTS.items():
        progress(f"checking {name}: {(invariant.__doc__ or '').splitlines()[0]}")
        for found in invariant(evidence):
            yield Violation(name, *found)
