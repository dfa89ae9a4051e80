"""What is posted in the August round and about the money that a stop freed: fillings, the review, decisions, the reallocation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deploy.demo import rounds
from deploy.demo.facts import Filling, Part, Plan
from deploy.demo.projects import yuan
from deploy.demo.script_projects import FINANCE, OFFICIAL, YEAR, of_unit
from deploy.demo.steps import Command, Person, Post


def opening(plan: Plan) -> Command:
    """`jixiao round open`: every approved project is in scope, and its figures are taken down."""
    said = ("--document", rounds.OPENING, "--due", rounds.DUE.isoformat(), "--json")
    count = len(plan.parts)
    return Command(
        ("round", "open", rounds.ROUND, *said),
        {"kind": "august", "through": rounds.THROUGH, "in_scope": count, "taken": count, "decided": 0},
    )


def closing(plan: Plan) -> Command:
    """`jixiao round close`: refused while something is undecided."""
    said = ("--document", rounds.CLOSING, "--json")
    return Command(
        ("round", "close", rounds.ROUND, *said),
        {"decided": len(plan.parts), "closed_on": rounds.CLOSED.isoformat()},
    )


def fillings(plan: Plan, parts: Iterable[Part], *, first: bool) -> list[Post]:
    """Each unit fills in its part: at first, or after it was returned."""
    return [_filled(plan, part, (first and part.at_first) or part.filling) for part in parts]


def returns(parts: Iterable[Part]) -> list[Post]:
    """Finance returns what does not hold."""
    return [_post(part, "return", {"reason": part.returned}, FINANCE) for part in parts]


def passes(parts: Iterable[Part]) -> list[Post]:
    """Finance passes parts; with that the system proposes."""
    return [_post(part, "passing", {}, FINANCE) for part in parts]


def decisions(plan: Plan) -> list[Post]:
    """An official decides every part by name."""
    return [_decided(plan, part) for part in plan.parts]


def proposed(plan: Plan) -> Post:
    """Finance proposes where the freed money goes."""
    given = plan.reallocation
    body = {"to": given.to, "amount": yuan(given.amount), "reason": given.reason}
    return _of_goals(plan, "reallocations", body, {"reallocation": 1})


def approved(plan: Plan) -> Post:
    """Finance decides that it goes there."""
    return _of_goals(plan, "reallocations/1/approval", {"document": plan.reallocation.document}, {})


def _filled(plan: Plan, part: Part, filling: Filling) -> Post:
    body: dict[str, Any] = {
        "causes": [{"kind": kind, "text": text} for kind, text in filling.causes],
        "expected_values": {name: str(value) for name, value in filling.values.items()},
        "expected_payments": yuan(filling.payments),
    }
    if filling.remedy:
        body["remedy"] = filling.remedy
    return _post(part, "filling", body, of_unit(plan.project(part.project)))


def _decided(plan: Plan, part: Part) -> Post:
    body: dict[str, Any] = {"decision": part.decision, "reason": part.reason}
    if measure := rounds.measure(part.decision, plan.project(part.project)):
        body["measure"] = measure
    if part.decision == "cut":
        body["budget"] = yuan(part.budget)
    return _post(part, "decision", body, OFFICIAL)


def _post(part: Part, action: str, body: dict[str, Any], person: Person) -> Post:
    path = f"/api/rounds/{rounds.ROUND}/projects/{part.project}/{action}"
    return Post("monitoring", path, body, person, part.project)


def _of_goals(plan: Plan, action: str, body: dict[str, Any], answers: dict[str, Any]) -> Post:
    stopped = plan.reallocation.project
    return Post("goals", f"/api/projects/{YEAR}/{stopped}/{action}", body, FINANCE, stopped, answers)
