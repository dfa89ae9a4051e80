"""What must be true once everything has converged: each violation as a sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from backbone.record.events import Connection
from contracts.envelope import open_structured
from contracts.execution import ExecutionReported
from tests.simulation.clients import RUBBISH
from tests.simulation.kafka import Broker
from tests.simulation.world import World

_GAPS = """
select stream, versions, numbers from (
    select stream, count(*) = max(version) as versions, coalesce(count(number) = max(number), true) as numbers
    from record.event group by stream
) as each where not versions or not numbers
"""
_FIGURES = """
(select project, period, paid, vouchers from ledger.figure except
 select project, to_char(date, 'YYYY-MM'), sum(amount), count(*) from ledger.voucher group by 1, 2)
union all
(select project, to_char(date, 'YYYY-MM'), sum(amount), count(*) from ledger.voucher group by 1, 2 except
 select project, period, paid, vouchers from ledger.figure)
"""
_TOTALS = """
select kind, (select coalesce(sum(amount), 0) from ledger.voucher) as of_vouchers, sum(paid) as of_totals from ledger.total group by kind
having sum(paid) <> (select coalesce(sum(amount), 0) from ledger.voucher)
"""
_READ_MODELS = """
(select stream, count(*), sum(version) from record.event group by stream except select stream, events, versions from read.simulated)
union all
(select stream, events, versions from read.simulated except select stream, count(*), sum(version) from record.event group by stream)
"""
_READ_AGAIN = """
select partition, sum(expected_offset - goes_on_at)::int from record.topic_change where topic = 'execution.reported' group by partition
"""
"""What was read twice, or instead of what is lost: a reading that went back."""
_NOT_HEARD = """
select stream, number from record.heard where number <> (
    select count(*) from record.event where event.stream = heard.stream and event.origin = heard.origin)
"""


def violations(world: World) -> list[str]:
    """Every invariant that does not hold."""
    goals, monitoring = (world.databases[name].control for name in ("goals", "monitoring"))
    return [
        *_commands(world, goals),
        *_vouchers(world, monitoring),
        *_received(world.broker, monitoring),
        *(
            f"{name}: {sentence}"
            for name, conn in (("goals", goals), ("monitoring", monitoring))
            for sentence in _record(name, conn, world)
        ),
        *(f"figure: {row}" for row in monitoring.execute(_FIGURES)),
        *(f"total: {row}" for row in monitoring.execute(_TOTALS)),
        *world.unsaid(),
        *_heard(world, goals, monitoring),
        *(_deadlines(world, goals) if world.scene.dated else ()),
    ]


def _commands(world: World, goals: Connection) -> Iterator[str]:
    done = Counter(
        row[0] for row in goals.execute("select data->>'reason' from record.event where type like '%GoalRefused%'")
    )
    log = world.log
    yield from (f"acknowledged and {done[op]} times there: {op}" for op in sorted(log.acknowledged) if done[op] != 1)
    yield from (f"unknown and {done[op]} times there: {op}" for op in sorted(log.unknown) if done[op] > 1)
    yield from (f"never asked for: {op}" for op in done if op not in log.acknowledged | log.unknown)


def _vouchers(world: World, monitoring: Connection) -> Iterator[str]:
    sent: defaultdict[str, list[ExecutionReported]] = defaultdict(list)
    for _, _, voucher in world.log.sent:
        if voucher is not None:
            sent[voucher.number].append(voucher)
    rows = monitoring.execute("select number, amount, date, project from ledger.voucher_by_code").fetchall()
    for number, count in Counter(row[0] for row in rows).items():
        if count != 1:
            yield f"voucher {number} stands {count} times"
    standing = {row[0]: row[1:] for row in rows}
    held = _numbers(world.broker)
    for number, vouchers in sent.items():
        if number not in standing and number not in held:
            world.excused.append(f"voucher {number}, which only a lost tail or topic held")
        elif standing.get(number) not in [(voucher.amount, voucher.date, voucher.project) for voucher in vouchers]:
            yield f"voucher {number} stands as {standing.get(number)}"
    yield from (f"voucher {number} was never sent" for number in standing if number not in sent)


def _numbers(broker: Broker) -> set[str]:
    """The numbers of the vouchers that Kafka holds."""
    return {
        ExecutionReported.model_validate_json(entry.value).number
        for log in broker.topics["execution.reported"]
        for entry in log
        if entry.value not in (None, RUBBISH)
    }


def _received(broker: Broker, monitoring: Connection) -> Iterator[str]:
    tallies = {
        row[0]: row[1]
        for row in monitoring.execute("select partition, counted + duplicate + conflict + dead from ledger.tally")
    }
    again: dict[int, int] = dict(monitoring.execute(_READ_AGAIN).fetchall())
    for (_, partition), end in broker.ends("execution.reported").items():
        received = end + again.get(partition, 0)
        if tallies.get(partition, 0) != received:
            yield f"partition {partition}: {received} received, {tallies.get(partition, 0)} told apart"
    counted = monitoring.execute(
        "select (select coalesce(sum(counted), 0) from ledger.tally), (select count(*) from ledger.voucher)"
    ).fetchone()
    if counted and counted[0] != counted[1]:
        yield f"{counted[0]} counted, {counted[1]} in the ledger"


def _record(name: str, conn: Connection, world: World) -> Iterator[str]:
    yield from (f"gap in {row}" for row in conn.execute(_GAPS))
    yield from (f"read model {row}" for row in conn.execute(_READ_MODELS))
    recorded = {
        str(row[0]): (row[1], row[2])
        for row in conn.execute("select id, stream, number from record.event where number > 0 and origin is null")
    }
    published: dict[str, int] = {}
    last: Counter[str] = Counter()
    lost = world.broker.lost.get(f"{name}.events")
    """What is sent again stands behind what was sent after it."""
    for log in world.broker.topics[f"{name}.events"]:
        for entry in log:
            envelope = open_structured(entry.value)
            if envelope.id in published:
                continue
            published[envelope.id] = number = envelope.streamnumber or 0
            stream = envelope.subject or ""
            if number != last[stream] + 1 and not lost:
                yield f"{stream} {number} came first after {last[stream]}"
            last[stream] = number
            if envelope.id not in recorded:
                yield f"a ghost in Kafka: {stream} {number}"
    if name in {record.service for record in world.scene.relays}:
        yield from (f"missing in Kafka: {place}" for id_, place in recorded.items() if id_ not in published)
    dead = conn.execute(
        "select kind, reason, topic from record.dead_letter where topic <> 'execution.reported'"
    ).fetchall()
    yield from (f"dead letter {row}" for row in dead)
    yield from (f"parked {row}" for row in conn.execute("select stream, number from record.parked"))


def _heard(world: World, goals: Connection, monitoring: Connection) -> Iterator[str]:
    hearing = {record.service for record in world.scene.ears}
    for name, conn, other in (("goals", goals, monitoring), ("monitoring", monitoring, goals)):
        if name not in hearing:
            continue
        yield from (f"{name} heard {row}" for row in conn.execute(_NOT_HEARD))
        said = other.execute("select stream, number, id from record.event where number > 0").fetchall()
        heard = conn.execute("select stream, origin_number, id from record.event where origin is not null").fetchall()
        if sorted(map(str, said)) != sorted(map(str, heard)):
            yield f"{name} heard {len(heard)} of {len(said)} events, or others"


def _deadlines(world: World, goals: Connection) -> Iterator[str]:
    fired = {
        row[0]: row[1]
        for row in goals.execute("select stream, count(*) from record.event where type like '%Fired%' group by stream")
    }
    due = goals.execute("select stream from read.simulated_due where due <= %s", (world.log.last_day,)).fetchall()
    yield from (f"{stream}: due, fired {fired.get(stream, 0)} times" for (stream,) in due if fired.get(stream, 0) != 1)
    yield from (f"{stream}: fired {count} times" for stream, count in fired.items() if count > 1)
