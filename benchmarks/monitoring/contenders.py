"""Who drains the topic, how each is started, and what its sums must be."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.monitoring.arena import Arena
from benchmarks.monitoring.vouchers import Expected

BENCH_PYTHON = Path(".venv/bench/bin/python")
Sums = dict[str, int]


@dataclass(frozen=True)
class Contender:
    """`command` is asked anew for each run; `sums` says what its line must hold."""

    name: str
    label: str
    module: str
    command: Callable[[Arena, str], list[str]]
    sums: Callable[[Expected], Sums]
    few: bool = False  # drains fewer vouchers, because it is slow


def counted_once(expected: Expected) -> Sums:
    """Each voucher once, wherever it comes back."""
    return {
        "counted": expected.counted,
        "duplicates": expected.duplicates,
        "conflicts": expected.conflicts,
        "amount": expected.amount,
    }


def counted_once_by_partition(expected: Expected) -> Sums:
    """What comes back on another partition counts again."""
    return {
        "counted": expected.counted + expected.elsewhere,
        "duplicates": expected.duplicates - expected.elsewhere,
        "conflicts": expected.conflicts,
        "amount": expected.amount + expected.elsewhere_amount,
    }


def counted_once_by_project(expected: Expected) -> Sums:
    """What comes back on another partition or under another project counts again."""
    by_partition = counted_once_by_partition(expected)
    return by_partition | {
        "counted": by_partition["counted"] + expected.moved,
        "conflicts": expected.conflicts - expected.moved,
        "amount": by_partition["amount"] + expected.moved_amount,
    }


def folded(expected: Expected) -> Sums:
    """Every message as often as it was sent."""
    return {"counted": expected.events, "duplicates": 0, "conflicts": 0, "amount": expected.sent_amount}


def fetched(expected: Expected) -> Sums:
    """Nothing but their number."""
    return {}


def _python(module: str, *more: str, python: str = sys.executable) -> Callable[[Arena, str], list[str]]:
    def command(arena: Arena, topic: str) -> list[str]:
        return [python, "-m", module, "--bootstrap", arena.bootstrap, "--topic", topic, *more]

    return command


def _ours(mode: str) -> Callable[[Arena, str], list[str]]:
    def command(arena: Arena, topic: str) -> list[str]:
        start = [sys.executable, "-m", OURS, "--bootstrap", arena.bootstrap, "--database", arena.fresh_database(mode)]
        return [*start, "--topic", topic, "--mode", mode, "--projects", str(arena.projects(topic))]

    return command


def _java(mode: str) -> Callable[[Arena, str], list[str]]:
    def command(arena: Arena, topic: str) -> list[str]:
        where = ["--bootstrap", arena.bootstrap, "--topic", topic, "--state", str(arena.fresh_folder())]
        return [*arena.java, *where, "--mode", mode]

    return command


OURS = "benchmarks.monitoring.ours"
STREAMS = "benchmarks.monitoring.peers.kafka_streams"
QUIX = "benchmarks.monitoring.peers.quix"
FAUST = "benchmarks.monitoring.peers.faust_agent"
BARE = "benchmarks.monitoring.peers.bare_fetch"

CONTENDERS = (
    Contender("jixiao", "Jixiao: counts once, ledger, rules, PostgreSQL", OURS, _ours("full"), counted_once),
    Contender("jixiao_without_ledger", "Jixiao without the ledger", OURS, _ours("no-ledger"), folded),
    Contender("kafka_streams_by_number", "Kafka Streams: counts once, keeps each", STREAMS, _java("same-work"), counted_once),
    Contender(
        "kafka_streams_by_partition", "Kafka Streams: the same, once a partition", STREAMS, _java("by-partition"), counted_once_by_partition
    ),
    Contender("kafka_streams_fold", "Kafka Streams: bare fold", STREAMS, _java("fold"), folded),
    Contender(
        "quix_eos", "Quix Streams: once a project and partition, keeps each", QUIX,
        _python(QUIX, "--mode", "same-work", python=str(BENCH_PYTHON)), counted_once_by_project,
    ),
    Contender("quix_eos_fold", "Quix Streams: bare fold", QUIX, _python(QUIX, "--mode", "fold", python=str(BENCH_PYTHON)), folded),
    Contender("faust_agent", "Faust agent with take: bare fold in memory", FAUST, _python(FAUST), folded, few=True),
    Contender("bare_fetch", "librdkafka: fetches, does nothing", BARE, _python(BARE), fetched),
)  # fmt: skip
"""In the order of the table. The names are those of the figures in the last line."""
