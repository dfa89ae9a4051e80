"""For which projects a rule says something else: scopes with thresholds of their own, exemptions (豁免) from it.

What a project is like is read from its goal: sector by tags, departments and units; level of government by where a transfer goes
(市对下转移支付); size by its budget. An organisation named covers its subordinates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from contracts.kinds import Code, Exact, Period, major_units
from contracts.monitoring import FindingLevel
from services.monitoring.domain.thresholds import Levels, Ordered, Part, Threshold, gravest_first

GovernmentLevel = Literal["own", "lower"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a project stands, as its goal says."""

    project: str = ""
    unit: str = ""
    department: str = ""
    tags: frozenset[str] = frozenset()
    transfer_to: str | None = None


NOWHERE = Place()
"""Of a project nothing is known but its figures: no scope and no exemption holds for it, but by its budget."""


class Condition(Part):
    """Which projects are meant. All that is said must hold; of a list one is enough. `budget_from` and `budget_to` are in yuan, the
    budget at least the one and below the other; `level` is `own` for what a government carries out itself, `lower` for a transfer."""

    projects: tuple[Code, ...] | None = Field(None, min_length=1)
    tags: tuple[str, ...] | None = Field(None, min_length=1)
    departments: tuple[Code, ...] | None = Field(None, min_length=1)
    units: tuple[Code, ...] | None = Field(None, min_length=1)
    level: GovernmentLevel | None = None
    transfer_to: tuple[Code, ...] | None = Field(None, min_length=1)
    budget_from: Exact | None = None
    budget_to: Exact | None = None

    def fits(self, place: Place, budget: int, currency: str) -> bool:
        """Is a project of this budget (minor units) meant?"""
        if self.budget_from is not None and major_units(budget, currency) < self.budget_from:
            return False
        if self.budget_to is not None and major_units(budget, currency) >= self.budget_to:
            return False
        return (
            (self.projects is None or place.project in self.projects)
            and (self.tags is None or not place.tags.isdisjoint(self.tags))
            and (self.departments is None or _within(place.department, self.departments))
            and (self.units is None or _within(place.unit, self.units))
            and (self.level is None or (self.level == "lower") == (place.transfer_to is not None))
            and (self.transfer_to is None or _within(place.transfer_to or "", self.transfer_to))
        )

    def said(self) -> dict[str, object]:
        """The conditions that are given, by name."""
        given = {name: getattr(self, name) for name in Condition.model_fields}
        return {name: value for name, value in given.items() if value is not None}

    def condition_faults(self) -> Iterable[str]:
        """What is wrong with the conditions, each in a sentence."""
        if not self.said():
            yield "it says of no project that it is meant: give projects, tags, departments, units, level, transfer_to or a budget"
        if self.budget_from is not None and self.budget_to is not None and self.budget_from >= self.budget_to:
            yield f"no budget is at least {self.budget_from} and below {self.budget_to}"
        if self.level == "own" and self.transfer_to is not None:
            yield "what a government carries out itself is transferred to nobody: level and transfer_to contradict each other"


class Scope(Condition):
    """Other thresholds of one rule for some projects; of a rule's scopes the first that fits holds. Its `levels` take the place of the
    rule's, its `watched` (if it has any) that of the rule's for what is on the watch list."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: dict[str, str]
    document: Annotated[str, Field(min_length=1)]
    levels: dict[FindingLevel, Threshold] = Field(min_length=1)
    watched: dict[FindingLevel, Threshold] = Field(default_factory=dict[FindingLevel, Threshold])

    @model_validator(mode="after")
    def _sound(self) -> Scope:
        if faults := [f"scope {self.id}: {fault}" for fault in self.condition_faults()]:
            raise ValueError("; ".join(faults))
        return self


class Exemption(Condition):
    """Projects that some rules do not hold for, month by month from `first` to `last`: why, and on which document."""

    rules: tuple[Code, ...] = Field(min_length=1)
    first: Period
    last: Period
    reason: Annotated[str, Field(min_length=1)]
    document: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _sound(self) -> Exemption:
        faults = list(self.condition_faults())
        if self.first > self.last:
            faults.append(f"it ends in {self.last}, before it begins in {self.first}")
        if faults:
            raise ValueError("; ".join(f"exemption on {self.document}: {fault}" for fault in faults))
        return self

    def holds(self, rule: str, place: Place, budget: int, currency: str, period: str) -> bool:
        """Is a project exempt from a rule in a month?"""
        return rule in self.rules and self.first <= period <= self.last and self.fits(place, budget, currency)


@dataclass(frozen=True)
class Held:
    """The thresholds that hold for a project under one rule: whose they are (`scope` None: the rule's own), and the stricter ones for
    what is on the watch list."""

    levels: Levels
    watched: Levels
    scope: str | None = None

    @cached_property
    def ordinary(self) -> Ordered:
        """The thresholds of everybody whom they hold for, the gravest first."""
        return gravest_first(self.levels)

    @cached_property
    def stricter(self) -> Ordered:
        """Those for what is on the watch list, the gravest first."""
        return gravest_first(self.watched)


def _within(organisation: str, named: tuple[str, ...]) -> bool:
    return any(organisation == each or organisation.startswith(f"{each}.") for each in named)
