"""A project's grade in monitoring: shown as soon as it and the goal are heard, whichever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import psycopg
import pytest

from backbone.record.rebuild import rebuild
from services.monitoring.app import RECORD
from tests.integration.monitored import Monitoring, approved, evaluated, monitoring
from tests.integration.servers import Servers

SCHEMA = resources.files("services.monitoring") / "schema"


@pytest.fixture
def m(servers: Servers) -> Iterator[Monitoring]:
    with monitoring(servers) as service:
        yield service


def test_an_evaluation_heard_is_shown_and_a_units_assessment_moves_its_projects_alone(m: Monitoring) -> None:
    result = evaluated("fair")
    m.hear(approved(), result, result.model_copy(update={"subject_kind": "unit", "project": None}))
    assert m.project()["grade"] == "fair"
    assert m.events() == ["GoalApproved", "EvaluationCompleted"]
    assert m.events("unit/department-03/2026") == ["EvaluationCompleted"]


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
