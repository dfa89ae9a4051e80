"""What others announced about a project stands in its state."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import reduce

from contracts.evaluation import EvaluationCompleted
from contracts.event import Event
from contracts.monitoring import AdjustmentUrged
from contracts.publishing import ResultPublished
from services.goals.domain import standing
from services.goals.domain.standing import Standing
from tests.domain.goals.scenario import PROJECT, YEAR, approved, submitted
from tests.domain.goals.test_adjustment import RESUMED, STOPPED, SUSPENDED, adjusted

URGED = AdjustmentUrged(
    project=PROJECT,
    year=YEAR,
    cause="policy",
    reason="上级补助标准提高",
    document="省财农〔2026〕8号",
    urged_by="赵强",
    urged_on=date(2026, 8, 3),
)
GRADED = EvaluationCompleted(
    subject_kind="project",
    project=PROJECT,
    unit="department-03",
    year=YEAR,
    evaluation=1,
    scheme="mof-2020-10@1",
    audience="public",
    parts=(),
    total=Decimal("94.08"),
    grade="excellent",
    consequence="key_support",
    evaluated_by="孙丽",
    evaluated_on=date(2027, 1, 25),
)
PUBLISHED = ResultPublished(
    project=PROJECT, year=YEAR, evaluation="7d1f", page="/2026/projects/CS-1", published_on=date(2027, 2, 5), digest="0"
)


def after(*events: Event) -> Standing:
    return reduce(standing.evolve, events, standing.INITIAL)


def test_a_project_is_active_until_it_is_said_otherwise() -> None:
    assert after(submitted(), approved()) == Standing(execution="active")


def test_suspended_and_resumed() -> None:
    assert after(SUSPENDED).execution == "suspended"
    assert after(SUSPENDED, RESUMED).execution == "active"


def test_a_stop_frees_money_and_is_final() -> None:
    assert after(SUSPENDED, STOPPED, RESUMED, SUSPENDED) == Standing(execution="stopped", freed=91_200_000)


def test_urged_until_adjusted() -> None:
    assert after(URGED).urged == URGED
    assert after(URGED, adjusted()).urged is None


def test_graded_and_published() -> None:
    assert after(GRADED, PUBLISHED) == Standing(grade=GRADED, page="/2026/projects/CS-1")


def test_a_unit_s_assessment_is_no_grade_of_a_project() -> None:
    assert after(GRADED.model_copy(update={"subject_kind": "unit", "project": None})).grade is None
