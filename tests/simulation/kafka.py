"""A small model of Kafka: topics of partitions, a producer that waits for acknowledgements, groups that rebalance.

What the services rely on is modelled, and what goes wrong with it: an acknowledgement that is lost, a batch of which a part arrived, a
broker that does not answer, a member that is thought dead and is not, a partition given to another, a tail that was lost, a topic that was
made anew. `tests.simulation.conformance` holds it against a real broker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from confluent_kafka import KafkaError, KafkaException

from backbone.kafka.batches import Fetched
from backbone.kafka.dead import Message
from backbone.kafka.fence import Partition
from backbone.record.reading import Ends
from backbone.record.relay import NotDelivered
from tests.simulation.scheduler import Scheduler

MOST = 12
"""Messages that come at once at the most: a run has several batches."""
TOPICS_CHANGED = "topics changed"
MOMENT = 1_780_000_000_000


class Entry(NamedTuple):
    """One message as it stands in a log."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


@dataclass
class Group:
    """The members of a consumer group on one topic, in the order in which they joined, and what each was given."""

    generation: int = 0
    members: list[Member] = field(default_factory=list)
    given: dict[int, Member] = field(default_factory=dict)


class Broker:
    """Topics and groups. `up` says whether it answers."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.topics: dict[str, list[list[Entry]]] = {}
        self.ids: dict[str, int] = {}
        self.groups: dict[tuple[str, str], Group] = {}
        self.lost: dict[str, list[Entry]] = {}
        """What a topic held once and lost."""
        self.up = True

    def make(self, topic: str, partitions: int) -> None:
        """A topic, empty; one that was there is made anew."""
        if topic in self.topics:
            self.lost.setdefault(topic, []).extend(entry for log in self.topics[topic] for entry in log)
        self.topics[topic] = [[] for _ in range(partitions)]
        self.ids[topic] = self.ids.get(topic, 0) + 1
        self.scheduler.changed(topic)
        self.scheduler.changed(TOPICS_CHANGED)

    def shorten(self, place: Partition, end: int) -> None:
        """A partition loses its tail from an offset on, as by a loss of power: the broker was away, and its clients know."""
        topic, number = place
        log = self.topics[topic][number]
        self.lost.setdefault(topic, []).extend(log[end:])
        del log[end:]
        for (_, of), group in self.groups.items():
            for member in group.members if of == topic else ():
                member.doubted = True
        self.scheduler.changed(topic)
        self.scheduler.changed(TOPICS_CHANGED)

    def place(self, topic: str, key: bytes | None) -> int:
        """The partition of a key, as librdkafka's producers choose it."""
        return crc32(key or b"") % len(self.topics[topic])

    def append(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: list[tuple[str, bytes | None]],
        partition: int | None = None,
    ) -> tuple[int, int]:
        """Write one message; its partition and offset."""
        number = self.place(topic, key) if partition is None else partition
        log = self.topics[topic][number]
        log.append(Entry(key, value, tuple(headers)))
        self.scheduler.changed(topic)
        return number, len(log) - 1

    def read(self, place: Partition, offset: int) -> Message:
        """The message at a place."""
        topic, number = place
        entry = self.topics[topic][number][offset]
        return Message(topic, number, offset, entry.key, entry.value, entry.headers, MOMENT + offset)

    def ends(self, topic: str) -> dict[Partition, int]:
        """The offset behind the last message of each partition."""
        return {(topic, number): len(log) for number, log in enumerate(self.topics[topic])}

    def group(self, name: str, topic: str) -> Group:
        """A group on a topic."""
        return self.groups.setdefault((name, topic), Group())

    def rebalance(self, name: str, topic: str) -> None:
        """Give out the partitions anew; members hear of it when they ask next, and until then believe what they believed."""
        group = self.group(name, topic)
        self.scheduler.changed(topic)
        group.generation += 1
        group.given = {}
        for number in range(len(self.topics[topic])):
            if group.members:
                group.given[number] = group.members[number % len(group.members)]

    def call(self, label: str) -> str | None:
        """Stop before a call; KafkaException where the broker does not answer, else what breaks at it."""
        fate = self.scheduler.pause(f"kafka: {label}")
        if not self.up or fate == "no answer":
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))
        return fate


class Asked:
    """What the broker holds, for whoever compares before he reads on (`backbone.record.reading.Reading`). Its first question is a step, at
    which something may break; the others go with it, so that a run's faults are not all spent on asking."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker

    def topic_id(self, topic: str) -> str | None:
        """Another one where the topic was made anew."""
        self.broker.call("ask for a topic")
        return str(self.broker.ids[topic])

    def ends(self, place: Partition) -> Ends:
        """Nothing expires here."""
        return Ends(0, self.broker.ends(place[0])[place])

    def at(self, place: Partition, offset: int) -> Message | None:
        """The message at a place; None where none stands there."""
        return self.broker.read(place, offset) if 0 <= offset < self.broker.ends(place[0])[place] else None


class Sender:
    """The relay's producer on the model."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker

    def send(self, topic: str, messages: list[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> list[tuple[int, int]]:
        """Send in order; NotDelivered where not every message was acknowledged."""
        fate = self.broker.call("send")
        part = self.broker.scheduler.random.randrange(len(messages)) if fate == "part" else len(messages)
        placed = [self.broker.append(topic, key, value, list(headers)) for key, value, headers in messages[:part]]
        if fate in ("part", "no acknowledgement"):
            raise NotDelivered(f"{len(messages) - len(placed)} of {len(messages)} messages not acknowledged")
        return placed

    def close(self) -> None:
        """Nothing is left open."""


class Member:
    """A member of a consumer group on one topic. `claim` says where to begin, `drop` hears what went to another. `doubts`: it
    claims its partitions anew after the broker was away, as `Batches` does and Faust's consumer does not."""

    def __init__(
        self,
        broker: Broker,
        group: str,
        topic: str,
        claim: Callable[[set[Partition]], Mapping[Partition, int]],
        drop: Callable[[set[Partition]], object],
        *,
        doubts: bool = True,
    ) -> None:
        self.broker, self.name, self.topic = broker, group, topic
        self.doubts, self.doubted = doubts, False
        self._claim, self._drop = claim, drop
        self._generation = -1
        self._places: dict[Partition, int] = {}
        broker.group(group, topic).members.append(self)
        broker.rebalance(group, topic)

    def fall(self) -> None:
        """The process is gone; the group notices at once."""
        group = self.broker.group(self.name, self.topic)
        if self in group.members:
            group.members.remove(self)
            self.broker.rebalance(self.name, self.topic)

    def fail_as_deadlocked(self) -> bool:
        """No lock is waited for here."""
        return False

    def take(self, limit: int, seconds: float) -> Fetched:
        """Up to `limit` messages of the partitions that were given."""
        return Fetched.of(self.messages(min(limit, self.broker.scheduler.random.randint(1, MOST))))

    def messages(self, limit: int) -> list[Message]:
        """As `take`."""
        self.broker.call("poll")
        group = self.broker.group(self.name, self.topic)
        if self not in group.members:  # it was thought dead
            group.members.append(self)
            self.broker.rebalance(self.name, self.topic)
        if self._generation != group.generation:
            self._follow(group)
        found: list[Message] = []
        ends = self.broker.ends(self.topic)
        if self.doubted and self.doubts:
            self._claim_anew()
            return []
        if any(offset > ends[place] for place, offset in self._places.items()):
            raise KafkaException(KafkaError(KafkaError._AUTO_OFFSET_RESET))
        for place, offset in self._places.items():
            end = ends[place]
            while offset < end and len(found) < limit:
                found.append(self.broker.read(place, offset))
                offset += 1
            self._places[place] = offset
        return found

    def again(self, spans: Mapping[Partition, tuple[int, int]]) -> list[Message]:
        """The messages of some offsets once more."""
        self.broker.call("read again")
        return [
            self.broker.read(place, offset)
            for place, (first, behind) in spans.items()
            for offset in range(first, behind)
        ]

    def close(self) -> None:
        """Leave the group."""
        self.fall()

    def _follow(self, group: Group) -> None:
        """Hear of a rebalance: everything is revoked, then what is given is claimed."""
        self._generation = group.generation
        if self._places:
            self._drop(set(self._places))
        self._places = {}
        given = {(self.topic, number) for number, member in group.given.items() if member is self}
        if given:
            self._places = dict(self._claim(given))

    def _claim_anew(self) -> None:
        """Claim what is held as if it had just come; where that fails it is still to be done."""
        self.doubted = False
        try:
            self._places = dict(self._claim(set(self._places)))
        except BaseException:
            self.doubted = True
            raise
