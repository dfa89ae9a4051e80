"""A rule set of dual monitoring (双监控): which measure of a month is a finding, from which threshold, how grave.

Rule sets are data (`rules/*.toml`), dated and with their source document; this file says what one may hold.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.dated import Dated
from contracts.kinds import Exact, next_period
from contracts.monitoring import FindingLevel
from services.monitoring.domain.follow_up import FollowUp

LEVELS: tuple[FindingLevel, ...] = ("notice", "warning", "suspend", "stop")
"""From the mildest to the gravest."""

Fact = Literal["report_overdue", "paid_before_approval", "expected_low", "expected_none", "serious_problem"]
Percentage = Literal["execution", "attainment", "mismatch", "slow_execution", "behind_goal"]
FACTS: frozenset[str] = frozenset(get_args(Fact))


def gravity(level: str) -> int:
    """The rank of a level; -1 for none at all. A recommendation `correct` ranks as the warning it comes from."""
    level = "warning" if level == "correct" else level
    return LEVELS.index(level) if level in LEVELS else -1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Threshold(_Part):
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


class Rule(_Part):
    """One rule: its measure, its thresholds by level, and whether it is judged while the month still runs (`at_once`)."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    measure: Fact | Percentage
    at_once: bool
    source: Annotated[str, Field(min_length=1)]
    title: dict[str, str]
    levels: dict[FindingLevel, Threshold] = Field(min_length=1)

    @model_validator(mode="after")
    def _thresholds_fit_the_measure(self) -> Rule:
        for level, threshold in self.levels.items():
            if (threshold.always is True) != (self.measure in FACTS):
                raise ValueError(
                    f"rule {self.id}, level {level}: a fact holds always, a percentage from a threshold on"
                )
        return self

    @cached_property
    def gravest_first(self) -> tuple[tuple[FindingLevel, Threshold], ...]:
        return tuple((level, self.levels[level]) for level in reversed(LEVELS) if level in self.levels)

    def level_of(self, measured: Decimal | bool) -> FindingLevel | None:
        """The gravest level that the measure reaches; None for no finding."""
        for level, threshold in self.gravest_first:
            if threshold.reached(measured):
                return level
        return None


class RuleSet(Dated):
    """A dated set of rules; findings are told in the order of the rules."""

    report_due_day: Annotated[int, Field(ge=1, le=28)]
    rules: tuple[Rule, ...] = Field(min_length=1)
    follow_up: FollowUp = FollowUp()

    @model_validator(mode="after")
    def _each_rule_once(self) -> RuleSet:
        ids = [rule.id for rule in self.rules]
        if twice := sorted({rule for rule in ids if ids.count(rule) > 1}):
            raise ValueError(f"a rule stands twice: {', '.join(twice)}")
        return self

    @cached_property
    def immediate(self) -> tuple[Rule, ...]:
        """The rules that a running month is judged by."""
        return tuple(rule for rule in self.rules if rule.at_once)

    def report_due(self, period: str) -> date:
        """The last day on which a month's report is in time: the 10th of the next month in the default rules."""
        following = next_period(period)
        return date(int(following[:4]), int(following[5:]), self.report_due_day)
