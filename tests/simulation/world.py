"""One run: services, senders and faults as a seed draws them, then everything heals, and what must be true is looked at."""

from __future__ import annotations

from collections.abc import Callable, Generator, Set
from contextlib import contextmanager

from backbone.record.clock import confirmed_day
from backbone.record.relay import backlog
from contracts.envelope import open_structured
from tests.simulation import actors
from tests.simulation.breaking import Breaking, said_changes
from tests.simulation.clients import Clients
from tests.simulation.database import Database
from tests.simulation.kafka import Broker
from tests.simulation.scenes import LARGE, READ, SCENES, SHARES, TOPICS
from tests.simulation.scheduler import Actor, Scheduler, Stuck
from tests.simulation.services import GOALS

LEAST = 40
"""Steps of a run at the least."""
PATIENCE = 20
"""Moments in which nobody has anything to do, until a run is given up."""


class World:
    """Everything of one run."""

    def __init__(self, seed: int, databases: dict[str, Database], part: str = "", only: Set[int] | None = None) -> None:
        """`part`: the name of a scene, for it alone. `only`: of the faults that are drawn those with these numbers, for whoever looks for
        the fewest that do it."""
        self.scheduler = scheduler = Scheduler(seed)
        self.random = scheduler.random
        self.databases = databases
        for database in databases.values():
            database.scheduler = scheduler
        self.broker = Broker(scheduler)
        for topic, partitions in TOPICS.items():
            self.broker.make(topic, partitions)
        self.clients = Clients(scheduler.random, self.broker, databases["goals"])
        self.log = self.clients.log
        self.breaking = Breaking(seed, self.broker, databases, self.log, only)
        self.broken, self.over, self.done = True, False, False
        self.rests = 0
        self.excused: list[str] = []
        """What a fault took for good, by name."""
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
            scheduler.run(lambda: all(client.ended for client in clients) and scheduler.steps >= LEAST)
            self.broken, self.broker.up = False, True
            if self.scene.dated:
                self.clients.begin(self.clients.days)
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
        return self.breaking.at(self.scene, label, killed=actor.name in self.processes) if self.broken else None

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
            found += [
                f"not in Kafka: {id_}" for record in self.scene.relays for id_ in self.unpublished(record.service)
            ]
        if self.scene.draining:
            found += ["a mark" for _ in self.databases["monitoring"].control.execute("select from ledger.mark")]
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
        if self.breaking.mix.topic:
            for name in sorted({name for topic in TOPICS for name in self.scene.readers(topic)}):
                ends = (f"{name} ear", *(f"intake {number}" for number in (0, 1) if name == "monitoring"))
                made[f"{name} watch"] = actors.watching(scheduler, broker, name, ends)
        return made

    def _clients(self) -> dict[str, Callable[[], None]]:
        clients: dict[str, Callable[[], None]] = {}
        if self.scene.relays or self.scene.ears:
            clients |= {
                f"client {number}": self.clients.commands(number, 1 + self.large)
                for number in range(self.random.choice((1, 1, 2)) + (not self.scene.ears) + self.large)
            }
            if self.random.random() < 0.2:
                clients["operator"] = actors.rebuilding(self.databases["goals owner"], GOALS)
        if self.scene.dated:
            clients["calendar"] = self.clients.calendar(self.random.randint(1, 2))
        if self.scene.draining:
            clients["finance"] = self.clients.finance(self.random.randint(2, 4) + 12 * self.large)
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
