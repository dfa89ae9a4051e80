"""What breaks in a run, as its luck draws it: of a process and a call here and there, of the broker, of its topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from random import Random
from typing import Any, LiteralString

from backbone.kafka.fence import Partition
from backbone.record.events import Connection
from tests.simulation.clients import Log, ToBeSaid
from tests.simulation.database import Database
from tests.simulation.kafka import Broker
from tests.simulation.scenes import TOPICS, Mix, Scene


class Breaking:
    """Draws faults and does what the broker can do of them. `only`: of the faults that are drawn those with these numbers."""

    def __init__(
        self, seed: int, broker: Broker, databases: dict[str, Database], log: Log, only: Set[int] | None = None
    ) -> None:
        self.luck = Random(~seed)
        self.mix = Mix.draw(self.luck)
        self.broker, self.databases, self.log, self.only = broker, databases, log, only
        self.drawn = 0
        self.faults: Counter[str] = Counter()
        self._down = 0

    def at(self, scene: Scene, label: str, *, killed: bool) -> str | None:
        """What breaks at a step, for the call itself to understand. `killed`: whether who stands there is a process."""
        self._recover()
        drawn = self.mix.drawn(self.luck, label)
        if drawn is None or (drawn == "kill" and not killed):
            return None
        self.drawn += 1
        if self.only is not None and self.drawn not in self.only:
            return None
        self.faults[drawn] += 1
        match drawn:
            case "rebalance":
                self._rebalance()
            case "outage":
                self.broker.up, self._down = False, self.luck.randint(2, 30)
            case "tail lost" | "made anew":
                self._tear(scene, drawn)
            case _:
                return drawn
        return None

    def _recover(self) -> None:
        self._down -= 1
        if self._down <= 0:
            self.broker.up = True

    def _rebalance(self) -> None:
        """A group gives out its partitions anew; sometimes because a member is thought dead that is not."""
        if not self.broker.groups:
            return
        (name, topic), group = self.luck.choice(sorted(self.broker.groups.items(), key=lambda item: item[0]))
        if group.members and self.luck.random() < 0.5:
            group.members.remove(self.luck.choice(group.members))
        self.broker.rebalance(name, topic)

    def _tear(self, scene: Scene, how: str) -> None:
        """A topic loses a tail, or is made anew; who has read what is lost will have to say so."""
        topic = self.luck.choice(scene.topics() or ["goals.events"])
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
        for name in scene.readers(topic):
            if how == "made anew" or topic == "execution.reported":
                self.log.to_be_said += self._read_beyond(name, ends)

    def _read_beyond(self, name: str, ends: dict[Partition, int]) -> list[ToBeSaid]:
        """The partitions of which a service has taken more than they hold now."""
        conn = self.databases[name].control
        return [
            ToBeSaid(name, *place, said_changes(conn, place))
            for place, end in sorted(ends.items())
            if _one(
                conn,
                "select 1 from record.consumed where topic = %s and partition = %s and next_offset > %s",
                (*place, end),
            )
        ]


def said_changes(conn: Connection, place: Partition) -> int:
    """How many changes of a partition a service has written down."""
    return _one(conn, "select count(*) from record.topic_change where topic = %s and partition = %s", place)


def _one(conn: Connection, query: LiteralString, values: Sequence[Any] = ()) -> Any:
    row = conn.execute(query, values).fetchone()
    return row[0] if row else None
