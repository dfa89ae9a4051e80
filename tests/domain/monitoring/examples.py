"""A project of monitoring in the words of the tests: `given(events).when(command).then(events)`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from backbone.process.dated import load_all
from contracts.decision import Actor, Context, Refusal
from contracts.event import Event
from contracts.goals import GoalAdjusted, GoalApproved, Indicator
from contracts.monitoring import Measure, MonthFinding, MonthJudged, ProgressReported, ProjectResumed
from services.monitoring.domain import INITIAL, decide, evolve
from services.monitoring.domain.decider import Command
from services.monitoring.domain.judging import Figures
from services.monitoring.domain.months import JudgeMonth
from services.monitoring.domain.project import Project
from services.monitoring.domain.rules import RuleSet

RULES = load_all("services.monitoring.rules", RuleSet)[0]
OFFICIAL = Actor("赵强", "official", "finance")
UNIT = Actor("李明", "unit", "department-03")
ID: dict[str, Any] = {"project": "CS-1", "year": 2026}
MEASURE = Measure(what="加快施工", by="department-03", until=date(2026, 7, 10), document="县绩效〔2026〕12号")

CANAL = Indicator(
    id="canal",
    name="渠道长度",
    dimension="output",
    kind="quantity",
    target=Decimal(120),
    unit="公里",
    weight=Decimal(50),
)
QUIET = Indicator(
    id="quiet",
    name="群众投诉",
    dimension="satisfaction",
    direction="at_most",
    target=Decimal(4),
    unit="件",
    weight=Decimal(50),
)
WORDS = Indicator(
    id="words",
    name="制度健全",
    dimension="output",
    type="qualitative",
    target_text="健全",
    weight=Decimal(0),
)

APPROVED = GoalApproved(
    **ID,
    submission=1,
    name="灌溉渠",
    unit="department-03",
    department="department-03",
    budget=1_000_000,
    approved_on=date(2026, 1, 20),
    document="县财预〔2026〕3号",
    annual=(CANAL, QUIET, WORDS),
    approved_by="王芳",
)


def adjusted(**changes: Any) -> GoalAdjusted:
    """The goal adjusted in August, to twice the budget unless told otherwise."""
    event: dict[str, Any] = {
        "adjustment": 1,
        "cause": "policy",
        "reason": "补助提高",
        "previous_budget": 1_000_000,
        "budget": 2_000_000,
        "adjusted_on": date(2026, 8, 20),
        "document": "县财预〔2026〕31号",
        "annual": (CANAL, QUIET),
        "adjusted_by": "王芳",
    }
    return GoalAdjusted(**ID, **(event | changes))


def reported(period: str, received: date, report: int = 1, **said: Any) -> ProgressReported:
    """A report; half of the canal unless told otherwise."""
    event: dict[str, Any] = {"values": {"canal": Decimal(60), "quiet": Decimal(4)}, "supplied_by": "department-03"}
    return ProgressReported(**ID, period=period, report=report, received=received, **(event | said))


def judged(period: str, judgement: int = 1, **said: Any) -> MonthJudged:
    """A closed month without findings unless told otherwise; `findings` as `rule=level` pairs."""
    found = tuple(MonthFinding(rule=rule, level=level) for rule, level in said.pop("findings", {}).items())
    event: dict[str, Any] = {
        "as_of": date(2026, 12, 31),
        "closed": True,
        "rules": RULES.reference,
        "budget": 1_000_000,
        "paid": 0,
        "vouchers": 0,
        "digest": "",
        "execution": Decimal("0.00"),
        "attainment": Decimal("0.00"),
        "time": Decimal("0.00"),
        "mismatch": Decimal("0.00"),
        "values": {},
        "recommendation": "none",
    }
    return MonthJudged(**ID, period=period, judgement=judgement, findings=found, **(event | said))


def judge_month(period: str, paid: int = 0, **more: Any) -> JudgeMonth:
    """The command to judge a month whose vouchers come to `paid` fen."""
    first_paid = more.pop("first_paid", None)
    vouchers = more.pop("vouchers", 1 if paid else 0)
    return JudgeMonth(**ID, period=period, figures=Figures(paid, vouchers, first_paid), rules=RULES, **more)


def resumed_at(day: date) -> ProjectResumed:
    """Somebody lets the project go on."""
    return ProjectResumed(**ID, reason=f"已整改 {day}", document="文", ordered_by="赵强", ordered_on=day)


@dataclass(frozen=True)
class Told:
    """What happened so far, on which day, to whom."""

    events: tuple[Event, ...]
    day: date = date(2026, 6, 15)
    actor: Actor = OFFICIAL

    @property
    def state(self) -> Project:
        return reduce(evolve, self.events, INITIAL)

    def on(self, day: date) -> Told:
        return Told(self.events, day, self.actor)

    def by(self, actor: Actor) -> Told:
        return Told(self.events, self.day, actor)

    def decided(self, command: Command) -> tuple[Event, ...] | Refusal:
        context = Context(datetime(2026, 6, 15, 2, tzinfo=UTC), self.day, self.actor)
        return decide(command, self.state, context)

    def when(self, command: Command) -> Outcome:
        result = self.decided(command)
        if not isinstance(result, Refusal):
            again = Told((*self.events, *result), self.day, self.actor).decided(command)
            assert again == (), "the same command again yields no event"
        return Outcome(self, result)


@dataclass(frozen=True)
class Outcome:
    """What a command led to."""

    told: Told
    result: tuple[Event, ...] | Refusal

    def then(self, *events: Event) -> Told:
        assert self.result == events
        return self.and_so()

    def then_kinds(self, *kinds: type[Event]) -> tuple[Any, ...]:
        """The events, of which only the kinds are held to be these."""
        assert not isinstance(self.result, Refusal), self.result
        assert [type(event) for event in self.result] == list(kinds)
        return self.result

    def refused(self, refusal: Refusal) -> None:
        assert self.result == refusal

    def and_so(self) -> Told:
        """The story with these events, to be told on."""
        assert not isinstance(self.result, Refusal), self.result
        return Told((*self.told.events, *self.result), self.told.day, self.told.actor)


def given(*events: Event) -> Told:
    """The beginning of a story."""
    return Told(events)
