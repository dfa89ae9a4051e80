"""Every form of a project's page has its words in both languages, whoever may use it and however the project stands."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.decision import Actor
from services.monitoring.domain.follow_up import FollowUp
from services.monitoring.pages import PAGES
from services.monitoring.pages.acts import acts_of
from services.monitoring.pages.telling import Telling

DEVIATION = {"deviation": "2026-05/mismatch", "level": "warning", "open": True, "dismissed_on": None}
CORRECTION = {"number": 1, "acceptance": None, "withdrawn_on": None, "answer": "已追上"}
EVERYTHING: dict[str, Any] = {
    "unit": "department-03",
    "status": "active",
    "deviations": [DEVIATION],
    "corrections": [CORRECTION, {**CORRECTION, "number": 2, "answer": None}],
}
TELLING = Telling(PAGES.words, "zh")


def places(role: str, **changes: Any) -> list[str]:
    actor = Actor("赵强", role, "department-03")
    return [act.place for act in acts_of({**EVERYTHING, **changes}, actor, TELLING, FollowUp())]


def test_who_may_do_what_as_the_project_stands() -> None:
    assert places("official") == ["accept-1", "return-1", "correct", "dismiss", "urge", "suspend", "stop"]
    assert places("unit") == ["answer-1", "answer-2", "explain"]
    assert places("official", status="suspended", deviations=[], corrections=[]) == ["urge", "resume", "stop"]
    assert places("official", status="stopped") == []
    assert places("auditor") == []


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_every_act_and_every_field_is_said_in_words(status: str) -> None:
    found = {**EVERYTHING, "status": status}
    acts = [
        act
        for role in ("official", "unit")
        for act in acts_of(found, Actor("甲", role, "department-03"), TELLING, FollowUp())
    ]
    keys = {f"act.{table}.{act.name}" for act in acts for table in ("title", "done")}
    keys |= {f"field.{field.name}" for act in acts for field in act.fields}
    assert sorted(key for key in keys if not PAGES.words.has(key)) == []
