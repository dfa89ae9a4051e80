"""The data set of the benchmark: realistic vouchers from one seed, and what must come out of them, without any service's help.

    plan = Plan(events=1_000_000)
    fill("127.0.0.1:9092", "execution.reported", plan)     # makes the topic (4 partitions) and sends every message
    expected(plan).counted, .duplicates, .conflicts, .amount, .by_project, .by_month
    projects(plan)                                         # name, unit and budget of each, so that goals can be approved

Of the messages 1 % are re-sent vouchers (the same figures; at once, a while or months later; a third of them on another partition
than the first), 0.1 % are reversals (红字: negative, under a number of their own), and 50 in a million repeat a number with another
amount or another project. A conflict comes after the voucher that it contradicts and on the same partition, so that what must be
counted does not depend on who reads which partition first. A message stands on partition crc32(project) % 4, as librdkafka places it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from heapq import heappop, heappush
from itertools import accumulate
from random import Random
from typing import Literal, NamedTuple
from zlib import crc32

from benchmarks.monitoring import stock
from contracts.envelope import binary_headers
from contracts.execution import ExecutionReported

PARTITIONS = 4
RESENT, REVERSED, CONFLICTING = 0.01, 0.001, 0.00005
SOURCE_SHARES = (0.55, 0.75, 0.9)  # up to which share of the payments each source but the last comes
ELSEWHERE = 1 / 3  # of the re-sent ones, how many on another partition
UNITS = 240


@dataclass(frozen=True)
class Plan:
    """What to make. The same plan makes the same messages."""

    events: int = 1_000_000
    projects: int = 10_000
    year: int = 2026
    seed: int = 6


class Line(NamedTuple):
    """One message: the voucher that it carries, and what it is to whoever counts (the first, the same again, a conflict)."""

    kind: Literal["first", "again", "conflict"]
    partition: int
    sent: date
    source: int
    number: str
    numbering_year: int
    date: date
    amount: int
    project: int
    memo: str
    economic: str
    sequence: int
    moved: bool = False  # a conflict because of its project


@dataclass
class Expected:
    """What must come out. Amounts in fen."""

    events: int = 0
    counted: int = 0
    duplicates: int = 0
    conflicts: int = 0
    reversals: int = 0
    amount: int = 0
    sent_amount: int = 0
    """Sum over all messages, each as often as it was sent: what a fold that counts nothing once comes to."""
    elsewhere: int = 0
    elsewhere_amount: int = 0
    """Of the duplicates: re-sent on another partition. Who counts once within a partition alone counts them again."""
    moved: int = 0
    moved_amount: int = 0
    """Of the conflicts: under another project. Who counts once within a project alone counts them."""
    by_project: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    by_month: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))


class Project(NamedTuple):
    """A spending project to be approved, its budget in fen. `fate` says how its year ends: at 90–97 % of the budget, over it,
    at 112 % and more, or at half of it."""

    code: str
    name: str
    unit: str
    functional: str
    budget: int
    fate: Literal["within", "over", "far-over", "slow"]


def lines(plan: Plan) -> Iterator[Line]:
    """Every message, in the order of sending."""
    books = _Books(plan, Random(plan.seed))
    due: list[tuple[int, int, Line]] = []  # (position, tie breaker, message)
    for position in range(plan.events):
        day = _day(plan, position)
        if due and due[0][0] <= position:
            line = heappop(due)[2]
            line = books.reversal(line, day) if line.kind == "first" else line._replace(sent=day)
        else:
            line = books.payment(day)
        yield line
        if line.kind == "first" and line.amount > 0:
            _plant(books, line, position, due)


def expected(plan: Plan) -> Expected:
    """The sums of a plan, by one pass over its messages."""
    return _expected(plan)


def projects(plan: Plan) -> list[Project]:
    """Every project with a budget that fits what it will have spent: 1 % go over it, or stay far behind it. Of the others small ones
    run before or behind the calendar now and then, because few vouchers are uneven."""
    random = Random(plan.seed + 1)
    spent = expected(plan).by_project
    made: list[Project] = []
    for number in range(plan.projects):
        code = project_code(plan, number)
        draw = random.random()
        if draw < 0.004:
            fate, share = "over", random.uniform(1.02, 1.08)
        elif draw < 0.008:
            fate, share = "far-over", random.uniform(1.12, 1.6)
        elif draw < 0.010:
            fate, share = "slow", random.uniform(0.4, 0.65)
        else:
            fate, share = "within", random.uniform(0.9, 0.97)
        budget = max(int(spent.get(code, 0) / share) // 100 * 100, 10_000_00)
        made.append(Project(code, project_name(number), unit_of(number), functional_of(number), budget, fate))
    return made


def fill(bootstrap: str, topic: str, plan: Plan) -> Expected:
    """Make the topic and send every message; its sums. Raises where the topic exists or a message is not acknowledged."""
    from confluent_kafka import KafkaError, Message, Producer

    make_topic(bootstrap, topic)
    failed: list[KafkaError] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failed.append(error)

    producer = Producer(
        {
            "bootstrap.servers": bootstrap, "enable.idempotence": True, "acks": "all", "linger.ms": 50, "batch.size": 512 * 1024,
            "batch.num.messages": 5000, "compression.type": "lz4", "queue.buffering.max.messages": 200_000, "log_level": 3,
        }
    )  # fmt: skip
    sums = Expected()
    for line in lines(plan):
        _add(sums, plan, line)
        event, moment = voucher(plan, line), datetime.combine(line.sent, time(1, 30), UTC)
        while True:
            try:
                producer.produce(
                    topic, event.model_dump_json().encode(), event.project.encode(), line.partition,
                    headers=binary_headers(event, time=moment), on_delivery=delivered,
                )  # fmt: skip
                break
            except BufferError:
                producer.poll(0.1)
        if sums.events % 1000 == 0:
            producer.poll(0)
    if producer.flush(120) or failed:
        raise RuntimeError(f"Kafka did not take every voucher: {failed[0] if failed else 'not within two minutes'}")
    return sums


def make_topic(bootstrap: str, topic: str, partitions: int = PARTITIONS) -> None:
    """A topic that is kept for ever; raises where it exists."""
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 3})
    kept = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
    admin.create_topics([NewTopic(topic, partitions, 1, config=kept)])[topic].result(60)


def voucher(plan: Plan, line: Line) -> ExecutionReported:
    """The event of a message. Not validated one by one: a million of them are made, and the sums tell."""
    return ExecutionReported.model_construct(
        source=stock.SOURCES[line.source].code, number=line.number, numbering_year=line.numbering_year, date=line.date, amount=line.amount,
        currency="CNY", project=project_code(plan, line.project), unit=unit_of(line.project), memo=line.memo,
        functional=functional_of(line.project), economic=line.economic, sequence=line.sequence,
    )  # fmt: skip


@cache
def project_code(plan: Plan, number: int) -> str:
    """Place, year and number, as the budget system writes it."""
    return f"330000{plan.year % 100:02}T{number:010}"


@cache
def project_name(number: int) -> str:
    place, work = stock.PLACES[number % len(stock.PLACES)], stock.WORKS[number * 7 % len(stock.WORKS)]
    return f"{place}{work}（{number // len(stock.PLACES) + 1}标）"


@cache
def unit_of(number: int) -> str:
    return f"unit-{number * 37 % UNITS:03}"


@cache
def functional_of(number: int) -> str:
    return stock.FUNCTIONAL[number * 11 % len(stock.FUNCTIONAL)]


class _Books:
    """The finance systems' books: which project pays next, and the number that its voucher takes."""

    def __init__(self, plan: Plan, random: Random) -> None:
        self.plan = plan
        self.random = random
        self._counts = [0] * len(stock.SOURCES)
        self._homes = [_home(plan, number) for number in range(plan.projects)]
        self._paying = self._payers()

    def payment(self, day: date) -> Line:
        """A voucher that nobody has sent yet."""
        random, project = self.random, next(self._paying)
        draw = random.random()
        source = sum(draw >= share for share in SOURCE_SHARES)
        occasion = stock.OCCASIONS[int(random.random() * len(stock.OCCASIONS))].replace("{n}", str(day.month))
        payee = stock.PAYEES[int(random.random() * len(stock.PAYEES))]
        memo = f"支付{payee}{project_name(project)}{occasion}"
        amount = int(random.lognormvariate(13.6, 1.0)) + 1  # median 8,000 yuan
        economic = stock.ECONOMIC[int(random.random() * len(stock.ECONOMIC))]
        number, numbering_year, sequence = self._numbered(source, day)
        return Line(
            "first", self._homes[project], day, source, number, numbering_year, self._booked(day), amount, project, memo, economic, sequence
        )  # fmt: skip

    def reversal(self, line: Line, day: date) -> Line:
        """A voucher that takes another one back, under the next number of the same source."""
        number, numbering_year, sequence = self._numbered(line.source, day)
        return line._replace(
            sent=day, number=number, numbering_year=numbering_year, date=day, amount=-line.amount,
            memo=stock.REVERSED + line.memo, sequence=sequence,
        )  # fmt: skip

    def _payers(self) -> Iterator[int]:
        """Budgets are uneven: the largest of 10,000 projects pays about forty times what the middle one does."""
        numbers = range(self.plan.projects)
        shares = list(accumulate(self.random.lognormvariate(0, 1.0) for _ in numbers))
        while True:
            yield from self.random.choices(numbers, cum_weights=shares, k=5000)

    def _numbered(self, source: int, day: date) -> tuple[str, int, int]:
        self._counts[source] = count = self._counts[source] + 1
        pattern, numbering_year = stock.SOURCES[source].number, stock.SOURCES[source].numbering_year
        number = pattern.format(year=day.year, month=day.month, count=count)
        return number, day.year if numbering_year is None else numbering_year, count

    def _booked(self, day: date) -> date:
        """Most are dated on the day or shortly before; 1 % come late, up to six weeks."""
        draw = self.random.random()
        back = 0 if draw < 0.7 else int(self.random.random() * (4 if draw < 0.99 else 42))
        return max(day - timedelta(days=back), date(self.plan.year, 1, 1)) if back else day


def _plant(books: _Books, line: Line, position: int, due: list[tuple[int, int, Line]]) -> None:
    """Decide what else becomes of a payment: sent again, reversed (as itself in the queue), contradicted."""
    random = books.random
    draw, left = random.random(), books.plan.events - position
    if draw < RESENT:
        near = random.random()
        wait = random.randrange(20 if near < 0.5 else 20_000 if near < 0.8 else left)
        elsewhere = (line.partition + random.randrange(1, PARTITIONS)) % PARTITIONS
        place = elsewhere if random.random() < ELSEWHERE else line.partition
        _later(due, position + 1 + wait, line._replace(kind="again", partition=place))
    elif draw < RESENT + REVERSED:
        _later(due, position + 1 + random.randrange(left), line)
    elif draw < RESENT + REVERSED + CONFLICTING:
        _later(due, position + 1 + random.randrange(left), _contradicted(books.plan, line, random))


def _contradicted(plan: Plan, line: Line, random: Random) -> Line:
    """The same number with another amount, or on another project that stands on the same partition."""
    if random.random() < 0.5:
        return line._replace(kind="conflict", amount=line.amount + 100 * random.randrange(1, 5000))
    other = random.randrange(plan.projects)
    while other == line.project or _home(plan, other) != line.partition:
        other = random.randrange(plan.projects)
    return line._replace(kind="conflict", project=other, moved=True)


@cache
def _home(plan: Plan, project: int) -> int:
    return crc32(project_code(plan, project).encode()) % PARTITIONS


def _later(due: list[tuple[int, int, Line]], position: int, line: Line) -> None:
    heappush(due, (position, len(due), line))


@cache
def _days(plan: Plan) -> list[date]:
    first = date(plan.year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(plan.year + 1, 1, 1) - first).days)]


def _day(plan: Plan, position: int) -> date:
    """Dates rise through the stream, from the first of January to the last of December."""
    days = _days(plan)
    return days[position * len(days) // plan.events]


@cache
def _expected(plan: Plan) -> Expected:
    sums = Expected()
    for line in lines(plan):
        _add(sums, plan, line)
    return sums


def _add(sums: Expected, plan: Plan, line: Line) -> None:
    sums.events += 1
    sums.sent_amount += line.amount
    if line.kind == "again":
        sums.duplicates += 1
        if line.partition != _home(plan, line.project):
            sums.elsewhere += 1
            sums.elsewhere_amount += line.amount
    elif line.kind == "conflict":
        sums.conflicts += 1
        if line.moved:
            sums.moved += 1
            sums.moved_amount += line.amount
    else:
        sums.counted += 1
        sums.reversals += line.amount < 0
        sums.amount += line.amount
        sums.by_project[project_code(plan, line.project)] += line.amount
        sums.by_month[f"{line.date.year}-{line.date.month:02}"] += line.amount
