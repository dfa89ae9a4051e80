"""How tests of goals' domain speak: `given(…events).when(command).then(…events)`, and the declarations that they start from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from importlib import resources
from typing import Any

from contracts.decision import Actor, Context, Refusal
from contracts.event import Event
from contracts.goals import BudgetItem, ExAnteEvaluation, GoalApproved, GoalSubmitted, Indicator, MediumTermGoal
from services.goals.domain import adjustment, declaration
from services.goals.domain.declaration import GoalPassed, SubmitDeclaration
from services.goals.domain.rules import DeclarationRules

PROJECT, YEAR = "CS-1", 2026
UNIT = Actor("李明", "unit", "department-03")
FINANCE = Actor("王芳", "finance", "finance")
TODAY = date(2026, 1, 20)
RULES = DeclarationRules.model_validate(
    tomllib.loads((resources.files("services.goals") / "rules" / "declaration-1.toml").read_text("utf-8"))
)

CANAL = Indicator(
    id="canal",
    name="改造渠道长度",
    dimension="output",
    kind="quantity",
    target=Decimal(120),
    unit="公里",
    weight=Decimal(50),
    schedule={"2026-06": Decimal(40), "2026-12": Decimal(120)},
)
YIELD = Indicator(
    id="yield",
    name="粮食增产率",
    dimension="benefit",
    kind="economic",
    target=Decimal(8),
    unit="%",
    weight=Decimal(30),
    schedule={"2026-12": Decimal(8)},
)
FARMERS = Indicator(
    id="farmers", name="农户满意", dimension="satisfaction", type="qualitative", target_text="满意", weight=Decimal(10)
)
SUPPORTED = ExAnteEvaluation(
    conclusion="support",
    procedure_complete=True,
    dimensions=dict.fromkeys(("necessity", "economy", "goals", "feasibility", "funding"), Decimal(80)),
)
SOUND: dict[str, Any] = {
    "project": PROJECT,
    "year": YEAR,
    "name": "高标准农田灌溉渠改造",
    "unit": "department-03",
    "department": "department-03",
    "kind": "new",
    "years": 3,
    "budget": 480_000_000,
    "annual": (CANAL, YIELD, FARMERS),
    "items": (BudgetItem(name="工程费", amount=400_000_000), BudgetItem(name="监理费", amount=80_000_000)),
    "medium_term": (
        MediumTermGoal(id="canal", total=Decimal(360), by_year=dict.fromkeys(("2026", "2027", "2028"), Decimal(120))),
    ),
    "ex_ante": SUPPORTED,
}
"""A declaration without a fault, as fields of the command."""


def context(actor: Actor = FINANCE, day: date = TODAY) -> Context:
    """Time, day and actor of a decision."""
    return Context(now=datetime(2026, 1, 20, 1, tzinfo=UTC), day=day, actor=actor)


def submission(**changes: Any) -> SubmitDeclaration:
    """The command that submits the sound declaration, with `changes`."""
    return SubmitDeclaration(**{**SOUND, **changes})


def submitted(number: int = 1, **changes: Any) -> GoalSubmitted:
    """The event of it."""
    return GoalSubmitted(**{**SOUND, **changes}, submission=number, submitted_by=str(UNIT))


def passed(number: int = 1) -> GoalPassed:
    """Its review, passed."""
    return GoalPassed(
        project=PROJECT, year=YEAR, submission=number, rules=RULES.reference, findings=(), passed_by=str(FINANCE)
    )


def approved(number: int = 1, document: str = "县财预〔2026〕3号") -> GoalApproved:
    """Its approval with the budget."""
    fields = {name: SOUND[name] for name in ("project", "year", "name", "unit", "department", "budget", "annual")}
    return GoalApproved(**fields, submission=number, approved_on=TODAY, document=document, approved_by=str(FINANCE))


@dataclass(frozen=True)
class Decided:
    """What a decision came to."""

    result: tuple[Event, ...] | Refusal

    def then(self, *events: Event) -> None:
        """Exactly these events follow."""
        assert self.result == events

    def refused(self, refusal: Refusal) -> None:
        """Exactly this refusal follows."""
        assert self.result == refusal

    def nothing(self) -> None:
        """The command had happened already."""
        assert self.result == ()


@dataclass(frozen=True)
class Given:
    """A past, in which a command is decided."""

    past: tuple[Event, ...]

    def when(
        self, command: declaration.Command | adjustment.Command, by: Actor = FINANCE, day: date = TODAY
    ) -> Decided:
        """Decide `command` after the past."""
        decider: Any = adjustment if isinstance(command, adjustment.OfAdjustment) else declaration
        state = reduce(decider.evolve, self.past, decider.INITIAL)
        return Decided(decider.decide(command, state, context(by, day)))


def given(*past: Event) -> Given:
    """The events that have happened."""
    return Given(past)
