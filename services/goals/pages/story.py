"""A project's history as a story: each event a sentence, with the tone it is told in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.goals.views import Happened

_TONES = {
    "GoalPassed": "good",
    "GoalApproved": "good",
    "GoalReturned": "warning",
    "GoalRefused": "grave",
    "AdjustmentUrged": "warning",
    "BudgetChangeProposed": "warning",
    "AdjustmentRejected": "warning",
    "ProjectSuspended": "grave",
    "ProjectStopped": "grave",
    "ProjectResumed": "good",
    "FundsReallocated": "good",
    "ReallocationRejected": "warning",
    "ResultPublished": "good",
}


_MONEY = ("budget", "previous_budget", "unspent", "freed", "amount")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One event as it is told: `kind` is its sentence in words.toml under `story`, `fields` fill it, those named in `money` as
    money; `said` is the reason that a person gave, in that person's own words."""

    id: UUID
    day: date
    kind: str
    tone: str
    fields: dict[str, Any]
    money: tuple[str, ...]
    said: str


def story(history: list[Happened]) -> list[Chapter]:
    """The history, the latest first."""
    return [_chapter(happened) for happened in reversed(history)]


def _chapter(happened: Happened) -> Chapter:
    kind = type(happened.event).__name__
    fields = dict(happened.event)
    if "asked" in fields:
        fields["budget"] = fields["asked"].budget
    fields["n"] = len(fields.get("findings", ()))
    money = tuple(name for name in _MONEY if isinstance(fields.get(name), int))
    return Chapter(happened.id, happened.day, kind, _TONES.get(kind, ""), fields, money, fields.get("reason", ""))
