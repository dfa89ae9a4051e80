"""What the rules find in a month: its grounds, measure by measure, against the thresholds that hold for the project.

`judge` finds by this, a rule set on trial is tried by this, and a deviation is derived again by this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from contracts.monitoring import Applied, FindingLevel, MonthFinding
from services.monitoring.domain.rules import Rule, RuleSet
from services.monitoring.domain.scopes import NOWHERE, Held, Place
from services.monitoring.domain.thresholds import Threshold, gravest, gravity


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that rules look at of a month: percent rounded to 0.01, days, and what the unit itself says of the outcome in the month's latest
    report. `results`: an indicator is monitored by value, else nothing can be said of results, and no alarm raised. `reported` is the
    day of the month's first report. `budget` (minor units), `currency` and `place` say which thresholds hold."""

    period: str
    as_of: date
    execution: Decimal
    attainment: Decimal
    time: Decimal
    results: bool = True
    reported: date | None = None
    first_paid: date | None = None
    approved_on: date | None = None
    expected: Literal["low", "none"] | None = None
    serious_problem: str | None = None
    budget: int = 0
    currency: str = "CNY"
    place: Place = NOWHERE

    @property
    def mismatch(self) -> Decimal:
        """How far money and results are apart, in points of percent."""
        return abs(self.execution - self.attainment)

    def measured(self, measure: str, due: date) -> Decimal | bool | None:
        """What a measure comes to, a percentage or whether a fact holds; None where nothing can be said. Reports were `due` on a day."""
        match measure:
            case "execution":
                return self.execution
            case "slow_execution":
                return self.time - self.execution
            case "attainment":
                return self.attainment if self.results else None
            case "behind_goal":
                return self.time - self.attainment if self.results else None
            case "mismatch":
                return self.mismatch if self.results else None
            case "report_overdue":
                return self.as_of > due and (self.reported is None or self.reported > due)
            case "paid_before_approval":
                return (
                    self.first_paid is not None and self.approved_on is not None and self.first_paid < self.approved_on
                )
            case "expected_low" | "expected_none":
                return f"expected_{self.expected}" == measure
            case _:
                return bool((self.serious_problem or "").strip())

    def facts(self, measure: str, due: date) -> dict[str, str]:
        """The days and words that a fact rests on, as an event carries them; nothing for a percentage."""
        match measure:
            case "report_overdue":
                reported = {"reported": self.reported.isoformat()} if self.reported else {}
                return {"due": due.isoformat(), "as_of": self.as_of.isoformat(), **reported}
            case "paid_before_approval":
                days = {"first_paid": self.first_paid, "approved_on": self.approved_on}
                return {name: day.isoformat() for name, day in days.items() if day is not None}
            case "expected_low" | "expected_none":
                return {"expected": self.expected or ""}
            case "serious_problem":
                return {"serious_problem": self.serious_problem or ""}
            case _:
                return {}


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that found something: at which level, by which threshold, whose (`scope` None: the rule's own). `watched`: only the stricter
    threshold of the watch list reached this level."""

    rule: str
    measure: str
    level: FindingLevel
    measured: Decimal | bool
    threshold: Threshold
    scope: str | None
    watched: bool

    def applied(self, grounds: Grounds, due: date) -> Applied:
        """As an event carries it."""
        return Applied(
            measure=self.measure,
            measured=None if isinstance(self.measured, bool) else self.measured,
            facts=grounds.facts(self.measure, due),
            at_least=self.threshold.at_least,
            above=self.threshold.above,
            scope=self.scope,
            watched=self.watched,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules found, in their order, and the rules that would have found something had the project not been exempt from them."""

    hits: tuple[Hit, ...]
    exempted: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[MonthFinding, ...]:
        """As a judgement carries them."""
        return tuple(MonthFinding(rule=hit.rule, level=hit.level) for hit in self.hits)


def find(grounds: Grounds, rules: RuleSet, *, running: bool, watched: bool) -> Found:
    """What the rules find in a month; while it is `running`, those alone that hold at once."""
    due = rules.report_due(grounds.period)
    hits: list[Hit] = []
    exempted: list[str] = []
    for rule in rules.immediate if running else rules.rules:
        measured = grounds.measured(rule.measure, due)
        if measured is None or measured is False:
            continue
        held = rule.held(grounds.place, grounds.budget, grounds.currency)
        if (hit := _hit(rule, held, measured, watched=watched)) is None:
            continue
        if rules.exemption(rule.id, grounds.place, grounds.budget, grounds.currency, grounds.period):
            exempted.append(rule.id)
        else:
            hits.append(hit)
    return Found(tuple(hits), tuple(exempted))


def level_again(rule: Rule, grounds: Grounds, due: date, scope: str | None, *, watched: bool) -> FindingLevel | None:
    """The level that a rule finds by the thresholds of a scope that is known already."""
    measured = grounds.measured(rule.measure, due)
    if measured is None or measured is False:
        return None
    hit = _hit(rule, rule.held_in(scope), measured, watched=watched)
    return hit and hit.level


def _hit(rule: Rule, held: Held, measured: Decimal | bool, *, watched: bool) -> Hit | None:
    level, strict = gravest(held.ordinary, measured), False
    if watched and held.watched:
        stricter = gravest(held.stricter, measured)
        if stricter is not None and (level is None or gravity(stricter) > gravity(level)):
            level, strict = stricter, True
    if level is None:
        return None
    threshold = (held.watched if strict else held.levels)[level]
    return Hit(rule.id, rule.measure, level, measured, threshold, held.scope, strict)
