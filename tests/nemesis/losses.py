"""Faults that take something from the servers: room on PostgreSQL's disk, the tail of Kafka's log, a topic with all that it held.

Which topics a fault has taken from it notes as `taken`, and of the execution stream from which offset on, a partition. A voucher that
stood there and nowhere else, and had not come to the ledger yet, is excused by its number. Of a service's topic it is excused that a
later event came first: the relay may have sent it before it could notice; but it has sent all again, in order.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import psycopg
from kafka import KafkaAdminClient
from kafka.errors import KafkaError, UnknownTopicOrPartitionError

from contracts.catalogue import TOPICS
from contracts.clock import DayBegan
from contracts.execution import ExecutionReported
from deploy.local import broker
from tests.nemesis.hand import Fault, Hand

MADE_ANEW = (ExecutionReported.topic, "goals.events", "monitoring.events", DayBegan.topic)
NOTED = 2.0
"""Seconds in which the load notes what had been acknowledged when Kafka went."""
PATIENCE = 60.0
_HEADER = struct.Struct(">qi11xi")
"""Of a batch in Kafka's log: the first offset, the bytes that follow these two, the last offset's distance from the first."""
_PREFIX = 12
_WRITE = "select pg_logical_emit_message(true, 'nemesis', repeat('x', 8000000))"


def losses(disk: bool) -> Iterator[Fault]:
    """All of them; that of the disk where PostgreSQL has one of its own."""
    if disk:
        yield Fault("fill the disk of postgres", ("postgres",), _fill_disk)
    yield Fault("put back an older log of kafka", ("kafka", "connections to kafka"), _older_log)
    for topic in MADE_ANEW:
        yield Fault(f"make {topic} anew", ("kafka", "connections to kafka"), partial(_make_anew, topic=topic))


def _fill_disk(hand: Hand) -> None:
    """No room until PostgreSQL panics, and for a while after it; then room again. RuntimeError where it does not panic."""
    disk = hand.at.disk
    assert disk
    disk.fill()
    try:
        if not _panicked(hand):
            raise RuntimeError("PostgreSQL went on with a full disk")
        hand.rest(hand.chance.uniform(2, 8))
    finally:
        disk.free()
    hand.recoveries.begin("postgres")


def _panicked(hand: Hand) -> bool:
    """Whether PostgreSQL ends while its log is written on: the segments that it had in store last for a while."""
    until = time.monotonic() + PATIENCE
    try:
        with hand.at.admin() as conn:
            while time.monotonic() < until:
                conn.execute(_WRITE)
    except psycopg.OperationalError:
        return True
    return False


def _older_log(hand: Hand) -> None:
    """Kafka's folder as it was a while ago, under a Kafka that had acknowledged more."""
    name, data = "put back an older log of kafka", hand.at.servers.home / "kafka" / "data"
    older = data.with_name("data.older")
    hand.at.down("kafka")
    subprocess.run(["cp", "-a", "--sparse=always", str(data), str(older)], check=True)
    hand.at.up("kafka")
    hand.rest(hand.between(10, 30))
    hand.at.down("kafka")
    time.sleep(NOTED)
    shutil.rmtree(data)
    older.rename(data)
    hand.log.write("taken", name=name, topics=TOPICS, **{"from": ends(data, ExecutionReported.topic)})
    hand.at.up("kafka")
    hand.recoveries.begin("kafka")


def ends(data: Path, topic: str) -> dict[int, int]:
    """The offset behind the last whole batch of each partition of a topic, by the files of a Kafka that does not run."""
    found: dict[int, int] = {}
    for folder in data.iterdir():
        name, _, partition = folder.name.rpartition("-")
        if name == topic and partition.isdigit():
            found[int(partition)] = _end(max(folder.glob("*.log")))
    return found


def _end(segment: Path) -> int:
    end, at, size = int(segment.stem), 0, segment.stat().st_size
    with segment.open("rb") as file:
        while at + _HEADER.size <= size:
            file.seek(at)
            first, length, distance = _HEADER.unpack(file.read(_HEADER.size))
            at += _PREFIX + length
            if length <= 0 or at > size:
                break
            end = first + distance + 1
    return end


def _make_anew(hand: Hand, topic: str) -> None:
    """The topic is deleted and made again, under who writes and reads it."""
    until = time.monotonic() + PATIENCE
    _repeated(partial(_delete, hand, topic), until)
    time.sleep(NOTED)
    vouchers = range(broker.PARTITIONS[topic]) if topic == ExecutionReported.topic else ()
    hand.log.write("taken", name=f"make {topic} anew", topics=[topic], **{"from": dict.fromkeys(vouchers, 0)})
    _repeated(partial(broker.make_topics, hand.at.kafka, [topic]), until)


def _delete(hand: Hand, topic: str) -> None:
    client = KafkaAdminClient(bootstrap_servers=hand.at.kafka)
    try:
        with suppress(UnknownTopicOrPartitionError):
            client.delete_topics([topic])
    finally:
        client.close()


def _repeated(act: partial[object], until: float) -> None:
    """Do something once Kafka takes it: KafkaError where it doesn't in time."""
    while True:
        try:
            act()
            return
        except KafkaError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
