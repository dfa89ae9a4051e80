"""What lag says: messages that wait, and how long ago the last one before them was sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from confluent_kafka import KafkaException
from prometheus_client import REGISTRY

from backbone.kafka import lag
from backbone.kafka.fence import Partition
from backbone.kafka.lag import UNKNOWN, Lag

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Broker:
    """What Kafka holds; None where it does not answer."""

    held: dict[Partition, int] | None

    def __init__(self, bootstrap: str) -> None:
        assert bootstrap == "kafka:9092"

    def ends(self, topics: Iterable[str]) -> dict[Partition, int]:
        if self.held is None:
            raise KafkaException("silent")
        return self.held


class Offsets:
    """Where the service stands, as rows of record.consumed."""

    def __init__(self, *rows: tuple[str, int, int, datetime | None]) -> None:
        self.rows = rows

    def execute(self, query: str) -> Any:
        assert "record.consumed" in query
        return self.rows


def counted(monkeypatch: pytest.MonkeyPatch, held: dict[Partition, int] | None, *rows: Any) -> tuple[int, float]:
    monkeypatch.setattr(Broker, "held", held, raising=False)
    monkeypatch.setattr(lag, "Watermarks", Broker)
    conn: Any = Offsets(*rows)
    return Lag("kafka:9092", ("t",), now=lambda: NOW)(conn)


def test_the_partition_furthest_behind_says_the_seconds_and_one_without_lag_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [(index, NOW - timedelta(seconds=seconds)) for index, seconds in enumerate((5, 60, 3600))]
    offsets = [("t", index, next_offset, rows[index][1]) for index, next_offset in enumerate((7, 8, 10))]
    assert counted(monkeypatch, {("t", 0): 10, ("t", 1): 10, ("t", 2): 10}, *offsets) == (5, 60.0)


def test_what_was_never_taken_waits_whole_and_has_no_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted(monkeypatch, {("t", 0): 4}) == (4, 0.0)
    assert counted(monkeypatch, {("t", 0): 4}, ("t", 0, 2, None)) == (2, 0.0)


def test_a_recreated_topic_is_no_negative_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted(monkeypatch, {("t", 0): 1}, ("t", 0, 9, NOW)) == (0, 0.0)


def test_a_silent_broker_leaves_it_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted(monkeypatch, None) == (UNKNOWN, 0.0)


def test_the_metric_says_it_of_each_partition(monkeypatch: pytest.MonkeyPatch) -> None:
    counted(monkeypatch, {("metered", 0): 3, ("metered", 1): 2}, ("metered", 1, 2, NOW))
    said = [
        REGISTRY.get_sample_value("jixiao_consumer_lag_events", {"topic": "metered", "partition": partition})
        for partition in "01"
    ]
    assert said == [3, 0]
