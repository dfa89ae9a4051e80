"""How tests of evaluation's domain speak: `given(DECIDER, …events).when(command).then(…events)`, the schemes, and small figures."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from importlib import resources
from typing import Any

from contracts.decision import Actor, Context, Refusal
from contracts.event import Event
from services.evaluation.domain import DECIDERS
from services.evaluation.domain.county import UnitFigures, UnitIndicator
from services.evaluation.domain.schemes import CountyScheme, ProjectScheme

RULES = resources.files("services.evaluation") / "rules"


def raw(folder: str, name: str) -> dict[str, Any]:
    """A scheme file as plain values, to be changed by a test."""
    return tomllib.loads((RULES / folder / f"{name}.toml").read_text("utf-8"))


MOF_2020 = ProjectScheme.model_validate(raw("projects", "mof-2020-10"))
PLAN3 = ProjectScheme.model_validate(raw("projects", "plan3"))
MOF_2021 = ProjectScheme.model_validate(raw("projects", "mof-2021-101"))
PLAN5 = CountyScheme.model_validate(raw("units", "plan5"))

YEAR = 2026
OFFICE = Actor("周敏", "performance-office", "performance-office")
LEADER = Actor("陈县长", "leader", "county")
OTHER_LEADER = Actor("刘县长", "leader", "county")
STATISTICS = Actor("何平", "data-unit", "statistics")
EVALUATOR = Actor("孙丽", "evaluator", "finance")


def context(actor: Actor = OFFICE, day: date = date(2027, 1, 25)) -> Context:
    """Time, day and actor of a decision."""
    return Context(now=datetime(2027, 1, 25, 1, tzinfo=UTC), day=day, actor=actor)


@dataclass(frozen=True)
class Given:
    """What has happened."""

    decider: str
    past: tuple[Event, ...]

    def when(self, command: Any, *, by: Actor = OFFICE, on: date = date(2027, 1, 25)) -> When:
        """What is asked for, by whom, on which day."""
        initial, evolve, decide = DECIDERS[self.decider]
        return When(self, decide(command, reduce(evolve, self.past, initial), context(by, on)))


@dataclass(frozen=True)
class When:
    """What came of it."""

    given: Given
    result: tuple[Event, ...] | Refusal

    def then(self, *events: Event) -> None:
        """Exactly these events happened."""
        assert self.result == events

    def nothing(self) -> None:
        """It had happened already."""
        assert self.result == ()

    def refused(self, refusal: Refusal) -> None:
        """It was refused, with these fields."""
        assert self.result == refusal

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened, for a closer look."""
        assert isinstance(self.result, tuple), self.result
        return self.result

    def and_then(self) -> Given:
        """Go on from there."""
        return Given(self.given.decider, (*self.given.past, *self.events))


def given(decider: str, *past: Event) -> Given:
    """Start from these events, folded by `decider`."""
    return Given(decider, past)


def indicator(
    actual: str | None, target: str = "100", *, weight: str = "100", id: str = "i", direction: Any = "at_least"
) -> UnitIndicator:
    """One indicator of a unit."""
    return UnitIndicator(id, Decimal(weight), Decimal(target), None if actual is None else Decimal(actual), direction)


def town(id: str, reached: str, *, marks: str = "10", **more: Any) -> UnitFigures:
    """A town that reaches the same share (percent) in both periods: 90 points of it, and the leaders' mark."""
    return UnitFigures(
        id,
        "town",
        indicators=dict.fromkeys(("mid_term", "year_end"), (indicator(reached),)),
        leaders=dict.fromkeys(("mid_term", "year_end"), (Decimal(marks),)),
        **more,
    )


def department(
    id: str, reached: str, *, marks: str = "10", public: Mapping[str, str] | None = None, **more: Any
) -> UnitFigures:
    """A department that reaches the same share in both periods; each quarter 95 % satisfied unless said otherwise."""
    quarters = {"Q1": "0.95", "Q2": "0.95", "Q3": "0.95", "Q4": "0.95", **(public or {})}
    return UnitFigures(
        id,
        "department",
        indicators=dict.fromkeys(("mid_term", "year_end"), (indicator(reached),)),
        leaders=dict.fromkeys(("mid_term", "year_end"), (Decimal(marks),)),
        public={quarter: Decimal(share) for quarter, share in quarters.items()},
        **more,
    )


def restoration(id: str, reached: str, *, marks: str = "30", **more: Any) -> UnitFigures:
    """A restoration unit that reaches the same share every month."""
    months = [f"{month:02d}" for month in range(1, 13)]
    return UnitFigures(
        id,
        "restoration",
        indicators=dict.fromkeys(months, (indicator(reached),)),
        leaders=dict.fromkeys(months, (Decimal(marks),)),
        **more,
    )
