"""A project's story in a transaction: what is appended is counted by what it recommends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prometheus_client import REGISTRY

from contracts.event import Event
from contracts.generate import SAMPLES
from contracts.monitoring import MonthJudged
from services.monitoring.domain import INITIAL
from services.monitoring.handlers.judging import Story
from tests.domain.monitoring.examples import APPROVED

JUDGED = MonthJudged.model_validate_json((SAMPLES / "MonthJudged.v1.json").read_text("utf-8"))


class Tx:
    """A transaction that appends nothing and says that it did."""

    def append(self, stream: str, version: int, events: Sequence[Event]) -> tuple[Event, ...]:
        return tuple(events)


def test_judgements_are_counted_by_their_recommendation() -> None:
    def counted() -> float:
        labels = {"recommendation": JUDGED.recommendation}
        return REGISTRY.get_sample_value("jixiao_months_judged_total", labels) or 0

    before = counted()
    tx: Any = Tx()
    outcome = Story(tx, "CS-1", 2026, 4, INITIAL, [APPROVED, JUDGED]).append()
    assert (outcome.version, counted() - before) == (6, 1)
