"""What the checker goes by: the log of operations, the topics' messages, the services' databases."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from confluent_kafka import Consumer, KafkaException, TopicPartition

from backbone.kafka.clients import Watermarks
from backbone.record.events import Connection
from contracts.execution import ExecutionReported
from tests.nemesis.log import FAILED

PATIENCE = 120.0
"""Seconds in which a topic is read."""


class Figures(NamedTuple):
    """What must be the same in a repetition of a voucher; `amount` in fen."""

    amount: int
    project: str
    day: str


class Operation(NamedTuple):
    """A command as the log tells it."""

    service: str
    stream: str
    event: str
    fates: tuple[str, ...]
    """What became of each time that it was asked under its key."""


class Entry(NamedTuple):
    """One message of a topic."""

    partition: int
    offset: int
    value: bytes | None


@dataclass
class _Places:
    """Where in a partition which voucher was acknowledged, in the order of the offsets."""

    offsets: list[int] = field(default_factory=list[int])
    numbers: list[str] = field(default_factory=list[str])

    def add(self, offset: int, number: str) -> None:
        at = bisect_left(self.offsets, offset)
        self.offsets.insert(at, offset)
        self.numbers.insert(at, number)

    def cut(self, end: int) -> list[str]:
        """Forget what stands at an offset and behind it; the vouchers that stood there."""
        at = bisect_left(self.offsets, end)
        gone = self.numbers[at:]
        del self.offsets[at:], self.numbers[at:]
        return gone


@dataclass
class Told:
    """The log, read once."""

    commands: dict[str, Operation] = field(default_factory=dict[str, Operation])
    """By key."""
    vouchers: defaultdict[str, dict[Figures, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    """What became of each voucher, by number and figures."""
    faults: Counter[str] = field(default_factory=Counter[str])
    gone: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """Vouchers that stood in what a fault took, by number, with the fault."""
    shaken: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """The faults that took messages that a topic had acknowledged, by the topic."""
    undone: list[str] = field(default_factory=list[str])
    """Faults that could not be done."""
    unconverged: list[str] = field(default_factory=list[str])
    _places: defaultdict[int, _Places] = field(default_factory=lambda: defaultdict(_Places))

    @classmethod
    def of(cls, lines: Iterable[Mapping[str, Any]]) -> Told:
        """What the lines of a log tell."""
        told = cls()
        for line in lines:
            told.take(line)
        return told

    def take(self, line: Mapping[str, Any]) -> None:
        """One line more."""
        match line["op"]:
            case "command":
                before = self.commands.get(line["key"])
                fates = (*(before.fates if before else ()), line["fate"])
                self.commands[line["key"]] = Operation(line["service"], line["stream"], line["event"], fates)
            case "voucher":
                number, *figures = line["voucher"]
                self.vouchers[number].setdefault(Figures(*figures), set()).add(line["fate"])
                if line.get("place"):
                    partition, offset = line["place"]
                    self._places[partition].add(offset, number)
            case "taken":
                for topic in line["topics"]:
                    self.shaken.setdefault(topic, set()).add(line["name"])
                for partition, end in line["from"].items():
                    self._lose(int(partition), end, line["name"])
            case "fault":
                self.faults[line["name"]] += 1
                if line["problem"]:
                    self.undone.append(f"{line['name']}: {line['problem']}")
            case "unconverged":
                self.unconverged.append(f"after {line['seconds']} s: {'; '.join(line['busy']) or 'later than allowed'}")
            case _:
                pass

    def _lose(self, partition: int, end: int, fault: str) -> None:
        """What was acknowledged so far at `end` and behind it is no longer in Kafka."""
        for number in self._places[partition].cut(end):
            self.gone.setdefault(number, set()).add(fault)

    def excuse(self, number: str) -> tuple[str, ...]:
        """The faults that took every place at which a voucher stood in Kafka; none where it stands at one."""
        return () if number in self._standing else tuple(sorted(self.gone.get(number, ())))

    @cached_property
    def _standing(self) -> set[str]:
        """The vouchers of a run in which something was taken that stand in Kafka."""
        return {number for places in self._places.values() for number in places.numbers} if self.gone else set()

    def possible(self, number: str) -> set[Figures]:
        """The figures with which a voucher may stand in the ledger."""
        return {figures for figures, fates in self.vouchers.get(number, {}).items() if fates != {FAILED}}


@dataclass
class Evidence:
    """All of it. `topics` are the services' own, by service; `ends` the offsets behind the last messages of the execution stream."""

    told: Told
    databases: Mapping[str, Connection]
    topics: Mapping[str, list[Entry]]
    ends: Mapping[int, int]


def topic_of(bootstrap: str, topic: str) -> list[Entry]:
    """Every message of a topic, each partition in its order."""
    ends = ends_of(bootstrap, topic)
    settings = {"bootstrap.servers": bootstrap, "group.id": "nemesis-check", "enable.auto.commit": False}
    consumer = Consumer({**settings, "enable.partition.eof": False})
    found: list[Entry] = []
    left = {number: end for number, end in ends.items() if end}
    try:
        consumer.assign([TopicPartition(topic, number, 0) for number in left])
        until = time.monotonic() + PATIENCE
        while left:
            if time.monotonic() > until:
                raise TimeoutError(f"{topic} ends before {left}")
            came = consumer.consume(1000, timeout=0.2)
            for each in came:
                if (error := each.error()) is not None:
                    raise KafkaException(error)
                found.append(Entry(each.partition(), each.offset(), each.value()))
                if each.offset() + 1 >= left.get(each.partition(), 0):
                    left.pop(each.partition(), None)
    finally:
        consumer.close()
    return sorted(found)


def ends_of(bootstrap: str, topic: str = ExecutionReported.topic) -> dict[int, int]:
    """The offset behind the last message of each partition of a topic; a broker that has just begun is asked until it knows."""
    watermarks = Watermarks(bootstrap)
    until = time.monotonic() + PATIENCE
    try:
        while True:
            try:
                return {number: end for (_, number), end in watermarks.ends([topic], timeout=30).items()}
            except KafkaException:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
    finally:
        watermarks.close()
