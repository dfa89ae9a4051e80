"""From where a measure of a month is a finding, and how grave: levels and their thresholds, stricter ones for what is watched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from contracts.kinds import Exact
from contracts.monitoring import FindingLevel

LEVELS: tuple[FindingLevel, ...] = ("notice", "warning", "suspend", "stop")
"""From the mildest to the gravest."""


def gravity(level: str) -> int:
    """The rank of a level; -1 for none at all. A recommendation `correct` ranks as the warning it comes from."""
    level = "warning" if level == "correct" else level
    return LEVELS.index(level) if level in LEVELS else -1


class Part(BaseModel):
    """A part of a rule set: what is not named in it is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Threshold(Part):
    """From where a level is reached: `always` (the fact holds), `at_least` or `above` so many percent. Exactly one of them."""

    always: Literal[True] | None = None
    at_least: Exact | None = None
    above: Exact | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Threshold:
        if sum(value is not None for value in (self.always, self.at_least, self.above)) != 1:
            raise ValueError("a threshold is exactly one of always, at_least, above")
        return self

    def reached(self, measured: Decimal | bool) -> bool:
        """Does a measure of the month reach the level?"""
        if isinstance(measured, bool):
            return measured
        if self.at_least is not None:
            return measured >= self.at_least
        return self.above is not None and measured > self.above

    def stricter_than(self, other: Threshold) -> bool:
        """Whether everything that reaches the other reaches this one, and more."""
        mine, its = self._from(), other._from()
        return mine is not None and its is not None and mine < its

    def _from(self) -> tuple[Decimal, bool] | None:
        if self.at_least is not None:
            return self.at_least, False
        return None if self.above is None else (self.above, True)


Levels = Mapping[FindingLevel, Threshold]
Ordered = tuple[tuple[FindingLevel, Threshold], ...]


def gravest_first(levels: Levels) -> Ordered:
    """Levels with their thresholds, the gravest first."""
    return tuple((level, levels[level]) for level in reversed(LEVELS) if level in levels)


def gravest(ordered: Ordered, measured: Decimal | bool) -> FindingLevel | None:
    """The gravest level that a measure reaches; None for no finding."""
    for level, threshold in ordered:
        if threshold.reached(measured):
            return level
    return None


def threshold_faults(where: str, measures_a_fact: bool, levels: Levels, watched: Levels) -> Iterable[str]:
    """What is wrong with the thresholds of a rule or of one of its scopes, each in a sentence."""
    for level, threshold in (*levels.items(), *watched.items()):
        if (threshold.always is True) != measures_a_fact:
            yield f"{where}, level {level}: a fact holds always, a percentage from a threshold on"
    for level, threshold in watched.items():
        ordinary = levels.get(level)
        if ordinary is not None and not threshold.stricter_than(ordinary):
            yield f"{where}, watched {level}: it must be stricter than the ordinary {level}"
