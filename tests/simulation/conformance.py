"""The model is true: the same seeded calls against the model of Kafka and against a real broker give the same results.

    python -m tests.simulation.conformance --seed 1 --calls 40

Calls: send a batch by the relay's producer, join and leave a group, poll until nothing comes, commit what was read, make the topic anew,
read offsets once more. Compared are places, ends, what is read (by partition and offset, with key, value and headers) and that each
partition of the group has exactly one reader. Who of several members gets which partition is Kafka's affair and is not compared, nor is
where a message without a key goes: the services send none.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Protocol

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from backbone.kafka.batches import Batches, Fetched
from backbone.kafka.clients import RelayProducer, Watermarks
from backbone.kafka.dead import Message
from backbone.kafka.fence import Partition
from backbone.record.relay import Producer
from tests.integration.servers import start
from tests.simulation.kafka import Broker, Member, Sender
from tests.simulation.scheduler import Scheduler

PARTITIONS = 3
SECONDS = 60
Sent = list[tuple[bytes, bytes, list[tuple[str, bytes]]]]


class Reader(Protocol):
    """A member of a group, the model's or a real one."""

    def take(self, limit: int, seconds: float) -> Fetched: ...

    def again(self, spans: Any) -> list[Message]: ...

    def close(self) -> None: ...


@dataclass
class Side(ABC):
    """One of the two: its topic, its members, what they committed, and what each holds."""

    topic: str
    producer: Producer
    committed: dict[int, int] = field(default_factory=dict[int, int])
    members: list[Reader] = field(default_factory=list[Reader])
    holding: list[set[int]] = field(default_factory=list[set[int]])

    @abstractmethod
    def ends(self) -> dict[int, int]:
        """The offset behind the last message of each partition."""

    @abstractmethod
    def make(self) -> None:
        """The topic, empty; one that was there is made anew."""

    @abstractmethod
    def member(self, holding: set[int]) -> Reader:
        """A member more, which keeps in `holding` what it was given."""

    def join(self) -> None:
        """A member more."""
        holding: set[int] = set()
        self.holding.append(holding)
        self.members.append(self.member(holding))

    def leave(self, number: int) -> None:
        """A member less."""
        self.members.pop(number).close()
        self.holding.pop(number)

    def claim(self, holding: set[int], places: set[Partition]) -> dict[Partition, int]:
        """Begin where what was read ends."""
        holding |= {number for _, number in places}
        return {place: self.committed.get(place[1], 0) for place in places}

    def read(self) -> dict[tuple[int, int], Message]:
        """Poll all members until each partition has one reader and everything behind what was committed has come."""
        found: dict[tuple[int, int], Message] = {}
        wanted = {
            (number, offset)
            for number, end in self.ends().items()
            for offset in range(self.committed.get(number, 0), end)
        }
        deadline = time.monotonic() + SECONDS
        while not (
            found.keys() >= wanted
            and Counter(number for held in self.holding for number in held) == Counter(range(PARTITIONS))
        ):
            for member in self.members:
                fetched = member.take(500, 0.2)
                found |= {(each.partition, each.offset): each for each in map(fetched.message, range(len(fetched)))}
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.topic}: {len(found)} of {len(wanted)} read, {self.holding} held")
        self.committed |= self.ends()
        return {place: found[place] for place in wanted}


class Modelled(Side):
    """The model."""

    def __init__(self, topic: str) -> None:
        self.broker = Broker(Scheduler(0))
        super().__init__(topic, Sender(self.broker))

    def ends(self) -> dict[int, int]:
        return {number: end for (_, number), end in self.broker.ends(self.topic).items()}

    def make(self) -> None:
        self.broker.make(self.topic, PARTITIONS)

    def member(self, holding: set[int]) -> Reader:
        return Member(
            self.broker, "group", self.topic, lambda places: self.claim(holding, places),
            lambda places: holding.difference_update(number for _, number in places),
        )  # fmt: skip


class Real(Side):
    """A broker."""

    def __init__(self, topic: str, bootstrap: str) -> None:
        super().__init__(topic, RelayProducer(bootstrap))
        self.bootstrap, self.admin = bootstrap, AdminClient({"bootstrap.servers": bootstrap})
        self.made = False

    def ends(self) -> dict[int, int]:
        watermarks = Watermarks(self.bootstrap)
        try:
            return {number: end for (_, number), end in watermarks.ends([self.topic]).items()}
        finally:
            watermarks.close()

    def make(self) -> None:
        if self.made:
            self.admin.delete_topics([self.topic])[self.topic].result(30)
        self.made = True
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                self.admin.create_topics([NewTopic(self.topic, PARTITIONS, 1)])[self.topic].result(30)
                break
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        while set(self.ends()) != set(range(PARTITIONS)):
            time.sleep(0.1)

    def member(self, holding: set[int]) -> Reader:
        return Batches(
            self.bootstrap, f"{self.topic}-group", self.topic, lambda places: self.claim(holding, places),
            lambda places: holding.difference_update(number for _, number in places),
        )  # fmt: skip


def compare(seed: int, calls: int, bootstrap: str) -> Counter[str]:
    """Make the same calls on both; how many of each kind. AssertionError with the call where they differ."""
    random = Random(seed)
    topic = f"conformance-{seed}-{time.time_ns()}"
    sides: tuple[Side, Side] = (Modelled(topic), Real(topic, bootstrap))
    done: Counter[str] = Counter()
    for side in sides:
        side.make()
    for call in range(calls):
        what = random.choice(("send", "send", "read", "join", "leave", "again", "anew"))
        members = len(sides[0].members)
        if (what == "join" and members == 3) or (what == "leave" and members == 0) or (what == "read" and not members):
            continue
        if what == "anew" and (members or random.random() < 0.5):
            continue
        said = [_call(side, what, Random(f"{seed} {call}")) for side in sides]
        assert said[0] == said[1], f"seed {seed}, call {call}, {what}: the model says {said[0]!r}, Kafka {said[1]!r}"
        assert sides[0].ends() == sides[1].ends(), f"seed {seed}, call {call}, {what}: ends differ"
        done[what] += 1
    for side in sides:
        while side.members:
            side.leave(0)
        side.producer.close()
    return done


def _call(side: Side, what: str, random: Random) -> object:
    match what:
        case "send":
            batch: Sent = [_drawn(random) for _ in range(random.randint(1, 6))]
            return side.producer.send(side.topic, batch)
        case "read":
            return {place: (each.key, each.value, list(each.headers)) for place, each in side.read().items()}
        case "join":
            return side.join()
        case "leave":
            return side.leave(random.randrange(len(side.members)))
        case "again":
            spans = {(side.topic, number): (end // 2, end) for number, end in side.ends().items() if end}
            if not spans or not side.members:
                return None
            return sorted((each.partition, each.offset, each.value) for each in side.members[0].again(spans))
        case _:
            side.committed.clear()
            return side.make()


def _drawn(random: Random) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    key = random.choice((b"a", b"b", "项目".encode(), b"project/P-1/2026"))
    return key, random.randbytes(random.randint(0, 40)), [("h", b"1")] * random.randint(0, 2)


def main() -> int:
    """0 where both agree."""
    parser = argparse.ArgumentParser(prog="make sim-conformance", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder, start(Path(folder)) as servers:
        done = compare(asked.seed, asked.calls, servers.kafka)
    print(json.dumps({"seed": asked.seed, "calls": done.total(), **dict(sorted(done.items())), "differences": 0}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
