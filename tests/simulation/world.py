"""One run: services, senders and faults as a seed draws them, then everything heals, and what must be true is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Sequence, Set
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any, LiteralString
from uuid import NAMESPACE_URL, uuid5

import psycopg
from confluent_kafka import KafkaException

from backbone.kafka.fence import Partition
from backbone.record.clock import confirmed_day
from backbone.record.events import Connection, Record
from backbone.record.relay import backlog
from backbone.record.transact import RETRIED, Asked, Transact
from backbone.record.transaction import Outcome, Transaction
from contracts.clock import DayBegan
from contracts.decision import Actor as Person
from contracts.envelope import binary_headers, open_structured, seal
from contracts.execution import ExecutionReported
from tests.simulation import actors
from tests.simulation.database import Database
from tests.simulation.kafka import Broker
from tests.simulation.scheduler import Actor, Scheduler, Stuck
from tests.simulation.services import FIRST_DAY, GOALS, MONITORING, Clock, refuse

PERSON = Person("王芳", "finance", "finance")
READ = {"goals": ("monitoring.events", "clock.days"), "monitoring": ("goals.events", "clock.days")}
TOPICS = {"goals.events": 2, "monitoring.events": 2, "clock.days": 1, "execution.reported": 3}
LATER = Clock().now()
LARGE = 0.05
"""Of all runs, those with more clients and vouchers."""
PATIENCE = 20
"""Moments in which nobody has anything to do, until a run is given up."""


@dataclass(frozen=True)
class ToBeSaid:
    """A service had read what a partition lost: after so many changes that it had written down of it, there must be another."""

    service: str
    topic: str
    partition: int
    changes: int


@dataclass
class Log:
    """What was done from outside, and what came of it."""

    acknowledged: set[str] = field(default_factory=set[str])
    unknown: set[str] = field(default_factory=set[str])
    sent: list[tuple[int, int, ExecutionReported | None]] = field(
        default_factory=list[tuple[int, int, ExecutionReported | None]]
    )
    """Vouchers by partition and offset; None where it was rubbish."""
    last_day: date = FIRST_DAY
    to_be_said: list[ToBeSaid] = field(default_factory=list[ToBeSaid])


RUBBISH = b"{"
"""A message that is no voucher."""
TORN = 0.25
"""Of all runs, those in which topics lose their tails or are made anew."""


@dataclass(frozen=True)
class Scene:
    """Which of the services' processes a run has. Few at once, so that what they do meets often, and runs are short enough to be many."""

    relays: tuple[Record, ...] = ()
    ears: tuple[Record, ...] = ()
    dated: bool = False
    """Days begin, and deadlines fall due in goals."""
    draining: bool = False


SCENES = {
    "relaying": Scene(relays=(GOALS,)),
    "hearing": Scene(relays=(GOALS,), ears=(MONITORING,)),
    "dated": Scene(ears=(GOALS,), dated=True),
    "draining": Scene(draining=True),
    "conversing": Scene(relays=(GOALS, MONITORING), ears=(GOALS, MONITORING), dated=True),
    "everything": Scene(relays=(GOALS, MONITORING), ears=(GOALS, MONITORING), dated=True, draining=True),
}
SHARES = {"relaying": 0.25, "hearing": 0.3, "dated": 0.16, "draining": 0.22, "conversing": 0.05, "everything": 0.02}
"""How often each comes."""


@dataclass
class Mix:
    """How often what breaks, drawn anew for each run; chances at a step."""

    kill: float
    cut: float
    kafka: float
    rebalance: float
    outage: float
    topic: float


class World:
    """Everything of one run."""

    def __init__(self, seed: int, databases: dict[str, Database], part: str = "", only: Set[int] | None = None) -> None:
        """`part`: the name of a scene, for it alone. `only`: of the faults that are drawn those with these numbers, for whoever looks for the
        fewest that do it."""
        self.scheduler = scheduler = Scheduler(seed)
        self.random = scheduler.random
        self.luck = Random(~seed)
        self.only, self.drawn = only, 0
        self.databases = databases
        for database in databases.values():
            database.scheduler = scheduler
        self.broker = Broker(scheduler)
        for topic, partitions in TOPICS.items():
            self.broker.make(topic, partitions)
        self.log = Log()
        self.faults: Counter[str] = Counter()
        self.broken, self.over, self.done = True, False, False
        self.rests = 0
        self.excused: list[str] = []
        """What a fault took for good, by name."""
        self.least, self.days = 40, 0
        self.down = 0
        self.mix = self._mix()
        drawn = self.random.choices(list(SHARES), list(SHARES.values()))[0]
        self.scene = SCENES[part or drawn]
        self.large = self.random.random() < LARGE
        self.processes = self._processes()
        scheduler.fault, scheduler.ended, scheduler.rested = self.fault, self._ended, self._rested

    def play(self) -> None:
        """Break things, then heal and converge."""
        scheduler = self.scheduler
        with actors.patched(scheduler, self.databases, self.broker), self._ending():
            for name in self.processes:
                self._start(name)
            clients = [scheduler.spawn(name, body) for name, body in self._clients().items()]
            scheduler.run(lambda: all(client.ended for client in clients) and scheduler.steps >= self.least)
            self.broken, self.broker.up = False, True
            if self.scene.dated:
                self._begin(self.days)
            self.healed = scheduler.steps
            scheduler.run(lambda: self.done)

    @contextmanager
    def _ending(self) -> Generator[None]:
        """Whatever came of the run, nobody is left."""
        try:
            yield
        finally:
            self.over = True
            while self.scheduler.actors:
                self.scheduler.kill(self.scheduler.actors[0])

    def fault(self, actor: Actor, label: str) -> str | None:
        """What breaks at this step."""
        if not self.broken:
            return None
        self._broker_recovers()
        drawn = self._drawn(actor, label)
        if drawn is None:
            return None
        self.drawn += 1
        if self.only is not None and self.drawn not in self.only:
            return None
        self.faults[drawn] += 1
        if drawn == "rebalance":
            self._rebalance()
        elif drawn == "outage":
            self.broker.up, self.down = False, self.luck.randint(2, 30)
        elif drawn in ("tail lost", "made anew"):
            self._tear(drawn)
        else:
            return drawn
        return None

    def _drawn(self, actor: Actor, label: str) -> str | None:
        mix, draw, which = self.mix, self.luck.random(), self.luck.random()
        if draw < mix.kill:
            return "kill" if actor.name in self.processes else None
        if label.startswith("kafka"):
            return _choice(("no answer", "part", "no acknowledgement"), which) if draw < mix.kill + mix.kafka else None
        if draw < mix.kill + mix.cut and ":" in label:
            return _choice(("cut before", "cut after", "cut after" if "commit" in label else "no answer"), which)
        if draw > 1 - mix.rebalance:
            return "rebalance"
        if draw > 1 - mix.rebalance - mix.outage:
            return "outage"
        if draw > 1 - mix.rebalance - mix.outage - mix.topic:
            return "tail lost" if which < 0.6 else "made anew"
        return None

    def _rested(self) -> None:
        """Nobody has anything to do: a broker that was down comes back; healed, all must have converged in a few such moments."""
        self.broker.up = True
        missing = [] if self.broken else self.missing()
        self.done = not self.broken and not missing
        self.rests += not self.broken
        if self.rests > PATIENCE:
            raise Stuck(f"nobody has anything to do, and yet: {'; '.join(missing)}")

    def missing(self) -> list[str]:
        """What of that which was sent has not had its effect everywhere."""
        found: list[str] = []
        for record in self.scene.relays:
            if waiting := backlog(self.databases[record.service].control):
                found.append(f"{waiting} of {record.service} not relayed")
        for record in self.scene.ears:
            for topic in READ[record.service]:
                found += self._unread(record.service, topic)
        if self.scene.dated and confirmed_day(self.databases["goals"].control) != self.log.last_day:
            found.append(f"goals has not confirmed {self.log.last_day}")
        if self.scene.draining:
            found += self._unread("monitoring", "execution.reported")
        found += self.unsaid()
        if self.broker.lost:
            found += [f"not in Kafka: {id_}" for record in self.scene.relays for id_ in self.unpublished(record.service)]
        if marks := _one(self.databases["monitoring"].control, "select count(*) from ledger.mark"):
            found.append(f"{marks} marks")
        return found

    def unsaid(self) -> list[str]:
        """Changes of topics that have not been said by who had read there."""
        return [
            f"{each.service} did not say that {each.topic}[{each.partition}] changed"
            for each in self.log.to_be_said
            if said_changes(self.databases[each.service].control, (each.topic, each.partition)) <= each.changes
        ]

    def unpublished(self, name: str) -> list[str]:
        """The public events of a service, by stream and number, that its topic does not hold."""
        published = {open_structured(entry.value).id for log in self.broker.topics[f"{name}.events"] for entry in log}
        rows = self.databases[name].control.execute(
            "select id, stream, number from record.event where number > 0 and origin is null order by position"
        )
        return [f"{stream} {number}" for id_, stream, number in rows if str(id_) not in published]

    def _unread(self, name: str, topic: str) -> list[str]:
        """Partitions of which a service has not taken everything."""
        rows = self.databases[name].control.execute(
            "select partition, next_offset from record.consumed where topic = %s", (topic,)
        )
        offsets = {(topic, row[0]): row[1] for row in rows}
        return [
            f"{name} stands at {offsets.get(place, 0)} of {place} {end}"
            for place, end in self.broker.ends(topic).items()
            if offsets.get(place, 0) != end
        ]

    def _mix(self) -> Mix:
        draw = self.luck.random
        usual = (draw() * most * (draw() < 0.7) for most in (0.03, 0.04, 0.2, 0.03, 0.02))
        return Mix(*usual, topic=0.03 * draw() * (draw() < TORN))

    def _processes(self) -> dict[str, Callable[[], None]]:
        scheduler, broker = self.scheduler, self.broker
        made: dict[str, Callable[[], None]] = {}
        for record in self.scene.relays:
            made[f"{record.service} relay"] = actors.relay(scheduler, broker, record)
        for record in self.scene.ears:
            made[f"{record.service} ear"] = actors.ear(scheduler, broker, record)
        if self.scene.dated:
            made["goals deadlines"] = actors.deadlines(scheduler, GOALS)
        if self.scene.relays and self.random.random() < 0.3:
            made["goals relay again"] = actors.relay(scheduler, broker, GOALS)
        if self.scene.draining:
            for number in range(self.random.choice((1, 2))):
                made[f"intake {number}"] = actors.intake(scheduler)
            made["judging"] = actors.judging(scheduler)
        if self.mix.topic:
            for name in sorted({name for topic in TOPICS for name in self.readers(topic)}):
                ends = (f"{name} ear", *(f"intake {number}" for number in (0, 1) if name == "monitoring"))
                made[f"{name} watch"] = actors.watching(scheduler, broker, name, ends)
        return made

    def _clients(self) -> dict[str, Callable[[], None]]:
        clients: dict[str, Callable[[], None]] = {}
        if self.scene.relays or self.scene.ears:
            clients |= {
                f"client {number}": self._commands(number)
                for number in range(self.random.choice((1, 1, 2)) + (not self.scene.ears) + self.large)
            }
            if self.random.random() < 0.2:
                clients["operator"] = actors.rebuilding(self.databases["goals owner"], GOALS)
        if self.scene.dated:
            clients["calendar"] = self._calendar(self.random.randint(1, 2))
        if self.scene.draining:
            clients["finance"] = self._finance(self.random.randint(2, 4) + 12 * self.large)
        return clients

    def _start(self, name: str) -> None:
        """A process; it takes a while to come up."""

        def body() -> None:
            for _ in range(self.random.randint(0, 3)):
                self.scheduler.pause("comes up")
            self.processes[name]()

        self.scheduler.spawn(name, body)

    def _ended(self, actor: Actor) -> None:
        """Whoever watches the processes starts one that has ended anew."""
        if actor.name in self.processes and not self.over:
            self._start(actor.name)

    def _commands(self, number: int) -> Callable[[], None]:
        def body() -> None:
            database = self.databases["goals"]
            for turn in range(1 + self.large):
                operation, project = f"{number}-{turn}", f"P-{self.random.randint(1, 2)}"
                while True:
                    try:
                        with database.connect() as conn:
                            transact = Transact(partial(_lent, conn), GOALS, Clock())
                            transact.command(
                                Asked("refuse", operation, {"p": project}), PERSON, partial(answer, project, operation)
                            )
                        self.log.acknowledged.add(operation)
                        self.log.unknown.discard(operation)
                        break
                    except (psycopg.OperationalError, *RETRIED):
                        self.log.unknown.add(operation)
                        if self.random.random() < 0.3:
                            break

        return body

    def _finance(self, number: int) -> Callable[[], None]:
        """A finance system: new vouchers, some again at once or later, on any partition, some with other figures, some rubbish."""

        def body() -> None:
            made: list[ExecutionReported] = []
            while len(self.log.sent) < number:
                try:
                    self.broker.call("produce")
                except KafkaException:
                    continue
                for _ in range(self.random.randint(1, 5)):
                    self._send(made)

        return body

    def _send(self, made: list[ExecutionReported]) -> None:
        draw = self.random.random()
        if made and draw < 0.25:
            voucher = self.random.choice(made)
            if draw < 0.05:
                voucher = voucher.model_copy(update={"amount": voucher.amount + 1})
        else:
            voucher = ExecutionReported(
                source="s", number=str(len(made)), numbering_year=2026, date=FIRST_DAY - timedelta(days=self.random.randint(0, 200)),
                amount=self.random.randint(-5, 100), project=f"V-{self.random.randint(1, 3)}", sequence=len(made) + 1,
            )  # fmt: skip
            made.append(voucher)
        rubbish = self.random.random() < 0.03
        partition = self.random.randrange(TOPICS["execution.reported"])
        value = RUBBISH if rubbish else voucher.model_dump_json().encode()
        place = self.broker.append("execution.reported", b"k", value, [*binary_headers(voucher, time=LATER)], partition)
        self.log.sent.append((*place, None if rubbish else voucher))

    def _calendar(self, number: int) -> Callable[[], None]:
        """The business clock: days begin, some told twice."""

        def body() -> None:
            for turn in range(number):
                for _ in range(self.random.choice((1, 1, 2))):
                    while True:
                        try:
                            self.broker.call("produce")
                            break
                        except KafkaException:
                            continue
                    self._begin(turn)
                self.days = turn + 1

        return body

    def _begin(self, turn: int) -> None:
        """The clock's message of a day."""
        day = FIRST_DAY + timedelta(days=turn)
        envelope = seal(DayBegan(day=day), id=str(uuid5(NAMESPACE_URL, str(day))), time=LATER, number=turn + 1)
        self.broker.append("clock.days", b"clock", envelope.to_bytes(), [])
        self.log.last_day = day

    def _broker_recovers(self) -> None:
        self.down -= 1
        if self.down <= 0:
            self.broker.up = True

    def _rebalance(self) -> None:
        """A group gives out its partitions anew; sometimes because a member is thought dead that is not."""
        if not self.broker.groups:
            return
        (name, topic), group = self.luck.choice(sorted(self.broker.groups.items(), key=lambda item: item[0]))
        if group.members and self.luck.random() < 0.5:
            group.members.remove(self.luck.choice(group.members))
        self.broker.rebalance(name, topic)


    def _tear(self, how: str) -> None:
        """A topic loses a tail, or is made anew; who has read what is lost will have to say so."""
        topics = [f"{record.service}.events" for record in self.scene.relays]
        topic = self.luck.choice(topics + ["execution.reported"] * self.scene.draining or ["goals.events"])
        places = [place for place, end in self.broker.ends(topic).items() if end]
        if not places:
            return
        if how == "made anew":
            ends = dict.fromkeys(places, 0)
            self.broker.make(topic, TOPICS[topic])
        else:
            place = self.luck.choice(places)
            end = self.broker.ends(topic)[place]
            ends = {place: end - self.luck.randint(1, min(end, 4))}
            self.broker.shorten(place, ends[place])
        for name in self.readers(topic):
            if how == "made anew" or topic == "execution.reported":
                self.log.to_be_said += self._read_beyond(name, ends)

    def readers(self, topic: str) -> list[str]:
        """Which services read a topic in this run."""
        if topic == "execution.reported":
            return ["monitoring"] * self.scene.draining
        return [record.service for record in self.scene.ears if topic in READ[record.service]]

    def _read_beyond(self, name: str, ends: dict[Partition, int]) -> list[ToBeSaid]:
        """The partitions of which a service has taken more than they hold now."""
        conn = self.databases[name].control
        return [
            ToBeSaid(name, *place, said_changes(conn, place))
            for place, end in sorted(ends.items())
            if _one(
                conn, "select 1 from record.consumed where topic = %s and partition = %s and next_offset > %s", (*place, end)
            )
        ]


def said_changes(conn: Connection, place: Partition) -> int:
    """How many changes of a partition a service has written down."""
    return _one(conn, "select count(*) from record.topic_change where topic = %s and partition = %s", place)


def _choice(of: Sequence[str], draw: float) -> str:
    return of[int(draw * len(of))]


def answer(project: str, operation: str, tx: Transaction) -> tuple[Outcome, dict[str, Any]]:
    """The command's work, and nothing more to say."""
    return refuse(tx, project, operation), {}


def _lent(conn: Connection) -> AbstractContextManager[Connection]:
    return nullcontext(conn)


def _one(conn: Connection, query: LiteralString, values: Sequence[Any] = ()) -> Any:
    row = conn.execute(query, values).fetchone()
    return row[0] if row else None
