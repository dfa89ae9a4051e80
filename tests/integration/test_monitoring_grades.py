"""A project's grade in monitoring: shown as soon as it and the goal are heard, whichever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import psycopg
import pytest

from backbone.record.rebuild import rebuild
from contracts.evaluation import EvaluationCompleted, ScorePart
from services.monitoring.app import RECORD
from tests.integration.monitored import Monitoring, approved, monitoring
from tests.integration.servers import Servers

SCHEMA = resources.files("services.monitoring") / "schema"


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    with monitoring(servers) as service:
        yield service


def evaluated(grade: str = "poor", **changes: Any) -> EvaluationCompleted:
    """A score of CS-1."""
    event: dict[str, Any] = {
        "subject_kind": "project",
        "project": "CS-1",
        "unit": "department-03",
        "year": 2026,
        "evaluation": 1,
        "scheme": "mof-2020-10@1",
        "audience": "public",
        "parts": (ScorePart(id="execution", points=Decimal(9), of=Decimal(10)),),
        "total": Decimal(55),
        "evaluated_by": "孙丽",
        "evaluated_on": date(2027, 1, 25),
    }
    return EvaluationCompleted(grade=grade, **(event | changes))


def test_an_evaluation_heard_is_shown_and_a_units_assessment_is_nothing_here(m: Monitoring) -> None:
    result = evaluated()
    m.hear(approved(), result, result.model_copy(update={"subject_kind": "unit", "project": None}))
    assert m.project()["grade"] == "poor"
    assert m.events() == ["GoalApproved", "EvaluationCompleted"]
    assert m.events("unit/department-03/2026") == []


def test_a_grade_heard_before_its_goal_is_shown_all_the_same(m: Monitoring) -> None:
    """The two topics are read side by side: which comes first is chance."""
    m.hear(evaluated("poor"), evaluated("good", evaluation=2), evaluated("fair", project="CS-2"), approved())
    assert m.project()["grade"] == "good"
    m.hear(evaluated("excellent", evaluation=3))
    assert m.project()["grade"] == "excellent"
    with psycopg.connect(m.owner_url, autocommit=True) as owner:
        rebuild(owner, RECORD)
        assert m.project()["grade"] == "excellent"
        owner.execute("update read.project set grade = null")
        owner.execute((SCHEMA / "monitoring-0005-early-grades.sql").read_bytes())
    assert m.project()["grade"] == "excellent", "as a database is brought up to date that was kept before"
