"""Rounds in the words of the tests: a round and a part as they are played, and the commands that move them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from backbone.process.dated import load_all
from contracts.decision import Actor, Context, Refusal
from contracts.event import Event
from contracts.monitoring import (
    Measure,
)
from services.monitoring.domain import DECIDERS
from services.monitoring.domain.judging import Figures
from services.monitoring.domain.rounds.deciding import DecidePart
from services.monitoring.domain.rounds.events import (
    Cause,
)
from services.monitoring.domain.rounds.filling import ChasePart, FillPart, PassPart, ReturnPart
from services.monitoring.domain.rounds.opening import OpenRound
from services.monitoring.domain.rounds.policy import MidTermPolicy
from services.monitoring.domain.rounds.taking import TakeIntoRound
from tests.domain.monitoring.examples import APPROVED, ID, RULES, reported

POLICY = load_all("services.monitoring.rules.mid_term", MidTermPolicy)[0]
FINANCE = Actor("王芳", "finance", "finance")
OPENED, DUE = date(2026, 8, 3), date(2026, 8, 17)
OF: dict[str, Any] = {**ID, "round": "2026-08"}
MEASURE = Measure(what="调减预算", by="finance", until=date(2026, 9, 30), document="县财预〔2026〕35号")
PROCUREMENT = Cause(kind="procurement", text="招标两次流标")


@dataclass(frozen=True)
class Played:
    """What happened so far to one of the two subjects, on which day."""

    subject: str
    events: tuple[Event, ...] = ()
    day: date = OPENED

    def on(self, day: date) -> Played:
        return replace(self, day=day)

    def when(self, command: Any) -> tuple[Event, ...] | Refusal:
        """What a command leads to; the same command again leads to nothing."""
        result = self._decided(command, self.events)
        if not isinstance(result, Refusal):
            assert self._decided(command, (*self.events, *result)) == ()
        return result

    def then(self, *commands: Any) -> Played:
        """The story told on by commands that are not refused."""
        told = self
        for command in commands:
            result = told.when(command)
            assert not isinstance(result, Refusal), result
            told = replace(told, events=(*told.events, *result))
        return told

    def _decided(self, command: Any, events: tuple[Event, ...]) -> tuple[Event, ...] | Refusal:
        initial, evolve, decide = DECIDERS[self.subject]
        context = Context(datetime(2026, 8, 3, 2, tzinfo=UTC), self.day, FINANCE)
        return decide(command, reduce(evolve, events, initial), context)


def opening(**changes: Any) -> OpenRound:
    asked: dict[str, Any] = {
        "round": "2026-08", "kind": "august", "through": "2026-07", "projects": ("CS-1",), "due": None,
        "document": "县财绩〔2026〕18号", "rules": RULES.reference, "policy": POLICY,
    }  # fmt: skip
    return OpenRound(**asked | changes)


def taking(paid: int = 400_000) -> TakeIntoRound:
    figures = Figures(paid, 2, None, "0" * 64)
    return TakeIntoRound(
        **OF, kind="august", through="2026-07", due=DUE, figures=figures, rules=RULES, policy=POLICY.reference
    )


def filling(**changes: Any) -> FillPart:
    said: dict[str, Any] = {
        "causes": (PROCUREMENT,),
        "expected_values": {"canal": Decimal(120), "quiet": Decimal(4)},
        "expected_payments": 950_000,
        "remedy": "增加施工队",
    }
    return FillPart(**OF, **said | changes)


def deciding(decision: Any, **changes: Any) -> DecidePart:
    said: dict[str, Any] = {"reason": "按严重程度", "paid": 400_000, "budget": None, "measure": MEASURE}
    return DecidePart(**OF, decision=decision, **said | changes)


RETURN = ReturnPart(**OF, reason="没有说明流标的责任", policy=POLICY)
PASS = PassPart(**OF, policy=POLICY)
CHASE = ChasePart(**OF, policy=POLICY)
BEGUN = Played("part", (APPROVED, reported("2026-07", date(2026, 8, 1))))
TAKEN = BEGUN.then(taking())
FILLED = TAKEN.then(filling())
PASSED = FILLED.then(PASS)
ROUND = Played("round")
