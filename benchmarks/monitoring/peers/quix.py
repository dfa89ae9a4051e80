"""Quix Streams, exactly once, its state in RocksDB with changelog topics. It runs in an environment of its own (`.venv/bench`).

`same-work` counts each voucher once, keeps it in the state and folds sums by month; Quix's state belongs to a message key within a
partition, so it counts twice what comes back on another partition or under another project (a repartition by `group_by` would be needed,
and would only slow it down). `fold` folds sums by project and month alone.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from uuid import uuid4

import msgspec
from confluent_kafka.admin import AdminClient
from quixstreams import Application, State

from benchmarks.monitoring.peers.report import Committed, Drained, asked


class Voucher(msgspec.Struct):
    """The fields that are compared and folded."""

    source: str
    number: str
    numbering_year: int
    date: str
    amount: int
    project: str


def drain(bootstrap: str, topic: str, mode: str) -> Drained:
    """Every message once; returns when the transaction with the last is committed."""
    group = f"quix-{uuid4()}"
    drained = Drained(("quixstreams", "rocksdict", "confluent-kafka", "msgspec"))
    committed = Committed(bootstrap, topic, group, drained)
    step = _counting_once(drained) if mode == "same-work" else _folding(drained)
    events = committed.events

    def one(value: bytes, state: State) -> None:
        drained.began = drained.began or time.perf_counter()
        step(value, state)
        drained.events += 1
        if drained.events == events:
            committed.seen.set()

    with tempfile.TemporaryDirectory() as folder:
        app = Application(
            broker_address=bootstrap, consumer_group=group, auto_offset_reset="earliest", processing_guarantee="exactly-once",
            state_dir=folder, loglevel="WARNING",
            consumer_extra_config={"queued.min.messages": 200_000, "fetch.message.max.bytes": 8 << 20, "check.crcs": False},
            producer_extra_config={"linger.ms": 100, "compression.type": "lz4", "batch.size": 1 << 20,
                                   "queue.buffering.max.messages": 1_000_000},
        )  # fmt: skip
        source = app.topic(topic, key_deserializer="bytes", value_deserializer="bytes")
        app.dataframe(source).update(one, stateful=True)
        app.run(count=events, collect=False)
        committed.wait()
    _remove_topics(bootstrap, group)
    return drained


def _counting_once(drained: Drained) -> Callable[[bytes, State], None]:
    decode = msgspec.json.Decoder(Voucher).decode

    def step(value: bytes, state: State) -> None:
        voucher = decode(value)
        key = f"{voucher.source}/{voucher.numbering_year}/{voucher.number}"
        known = state.get_bytes(key)
        if known is None:
            state.set_bytes(key, value)
            month = voucher.date[:7]
            state.set(month, state.get(month, 0) + voucher.amount)
            drained.counted += 1
            drained.amount += voucher.amount
        elif decode(known) == voucher:
            drained.duplicates += 1
        else:
            drained.conflicts += 1

    return step


def _folding(drained: Drained) -> Callable[[bytes, State], None]:
    decode = msgspec.json.Decoder(Voucher).decode

    def step(value: bytes, state: State) -> None:
        voucher = decode(value)
        month = voucher.date[:7]
        state.set(month, state.get(month, 0) + voucher.amount)
        drained.counted += 1
        drained.amount += voucher.amount

    return step


def _remove_topics(bootstrap: str, group: str) -> None:
    """The next run starts on a broker as this one found it."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for removed in admin.delete_topics([name for name in admin.list_topics().topics if group in name]).values():
        removed.result(30)


if __name__ == "__main__":
    arguments = asked(__doc__, "same-work", "fold")
    print(drain(arguments.bootstrap, arguments.topic, arguments.mode).line(mode=arguments.mode))
