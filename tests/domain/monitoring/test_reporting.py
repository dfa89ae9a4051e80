"""Reports with evidence and implementation, vouched for or disputed; overdue ones chased; a report as a person fills it in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from pydantic import ValidationError

from backbone.process.dated import load_all
from contracts.decision import Actor, Refusal
from contracts.monitoring import ProgressDisputed, ProgressReported, ProgressVouched
from contracts.reporting import Evidence, Implementation
from services.monitoring.domain.chasing import ChaseReport, Chasing
from services.monitoring.domain.events import ReportChased
from services.monitoring.domain.filled import Wrong, all_or_none, is_blank, report_of, texts_of
from services.monitoring.domain.refusals import (
    DisputeWithoutReason,
    GoalNotApproved,
    IndicatorUnknown,
    PeriodOutsideYear,
    ReportCorrected,
    ReportEmpty,
    ReportsRefused,
    ReportUnknown,
)
from services.monitoring.domain.reports import ReportProgress, VouchReport
from tests.domain.monitoring.examples import APPROVED, ID, UNIT, given, reported
from tests.domain.monitoring.test_months import STOPPED

STATISTICS = Actor("郑和", "data-unit", "statistics")
PROOF = Evidence(name="监理月报.pdf", sha256="a" * 64, kept="县档案馆")
DETAILS = Implementation(progress="一期完工", problems="征地未完成")
MARCH = reported("2026-03", date(2026, 4, 3))
AGAIN = reported("2026-03", date(2026, 4, 5), report=2, values={"canal": Decimal(61)})
CHASING = load_all("services.monitoring.rules.chasing", Chasing)[0]
DUE = date(2026, 6, 10)


def test_a_report_carries_implementation_and_evidence_and_the_data_unit_vouches_for_its_own() -> None:
    command = ReportProgress(**ID, period="2026-05", values={}, details=DETAILS, evidence_files=(PROOF,))
    (event,) = given(APPROVED).by(UNIT).when(command).then_kinds(ProgressReported)
    assert (event.details, event.evidence_files, event.vouched_by) == (DETAILS, (PROOF,), None)
    told = given(APPROVED).by(STATISTICS).when(command)
    (event,) = told.then_kinds(ProgressReported)
    assert (event.supplied_by, event.vouched_by) == ("statistics", "statistics")
    told.and_so().when(VouchReport(**ID, report=1, verdict="vouched")).then()


def test_other_evidence_is_another_report_and_an_empty_implementation_is_none() -> None:
    command = ReportProgress(**ID, period="2026-03", values=MARCH.values, evidence_files=(PROOF,))
    (event,) = given(APPROVED, MARCH).by(UNIT).when(command).then_kinds(ProgressReported)
    assert event.report == 2
    empty = ReportProgress(**ID, period="2026-05", values={}, details=Implementation())
    given(APPROVED).when(empty).refused(ReportEmpty("CS-1", "2026-05"))


def test_the_data_unit_vouches_disputes_and_changes_its_mind() -> None:
    what: dict[str, Any] = {**ID, "period": "2026-03", "report": 1, "unit": "statistics"}
    by, day = str(STATISTICS), date(2026, 6, 15)
    vouched = ProgressVouched(**what, vouched_by=by, vouched_on=day)
    disputed = ProgressDisputed(**what, reason="验收单只有 28 公里", disputed_by=by, disputed_on=day)
    story = given(APPROVED, MARCH).by(STATISTICS)
    story = story.when(VouchReport(**ID, report=1, verdict="vouched")).then(vouched)
    story = story.when(VouchReport(**ID, report=1, verdict="disputed", reason="验收单只有 28 公里")).then(disputed)
    story.when(VouchReport(**ID, report=1, verdict="vouched")).then(vouched)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (VouchReport(**ID, report=9, verdict="vouched"), ReportUnknown("CS-1", 9)),
        (VouchReport(**ID, report=1, verdict="vouched"), ReportCorrected("CS-1", "2026-03", 2)),
        (VouchReport(**ID, report=2, verdict="disputed", reason=" "), DisputeWithoutReason("CS-1", 2)),
    ],
)
def test_what_cannot_be_vouched_for_is_refused(command: VouchReport, refusal: Refusal) -> None:
    given(APPROVED, MARCH, AGAIN).by(STATISTICS).when(command).refused(refusal)


def test_nothing_is_vouched_or_chased_without_a_goal() -> None:
    given().when(VouchReport(**ID, report=1, verdict="vouched")).refused(GoalNotApproved("CS-1", 2026))
    given().when(ChaseReport(**ID, period="2026-05", due=DUE, working_day=1)).refused(GoalNotApproved("CS-1", 2026))


def test_an_overdue_report_is_chased_once_a_step_until_it_comes() -> None:
    first = ChaseReport(**ID, period="2026-05", due=DUE, working_day=1)
    page = "/2026/reports/2026-05/CS-1"
    said: dict[str, Any] = {**ID, "period": "2026-05", "due": DUE, "page": page, "chased_on": date(2026, 6, 15)}
    story = given(APPROVED).when(first).then(ReportChased(**said, working_day=1, reminder=1))
    story = story.when(ChaseReport(**ID, period="2026-05", due=DUE, working_day=5)).then(
        ReportChased(**said, working_day=5, reminder=2)
    )
    story.when(ChaseReport(**ID, period="2026-05", due=DUE, working_day=3)).then()
    came = given(*story.events, reported("2026-05", date(2026, 6, 15)))
    came.when(ChaseReport(**ID, period="2026-05", due=DUE, working_day=7)).then()
    given(APPROVED, STOPPED).when(first).then()
    outside = ChaseReport(**ID, period="2025-12", due=DUE, working_day=1)
    given(APPROVED).when(outside).refused(PeriodOutsideYear("2025-12", 2026))


@pytest.mark.parametrize(
    ("day", "reached"),
    [
        (date(2026, 6, 10), None),
        (date(2026, 6, 11), 1),
        (date(2026, 6, 13), 1),  # a Saturday
        (date(2026, 6, 15), 3),
        (date(2026, 6, 17), 5),
        (date(2026, 12, 1), 20),
    ],
)
def test_working_days_are_counted_after_the_due_day(day: date, reached: int | None) -> None:
    assert CHASING.reached(DUE, day) == reached


def test_holidays_are_no_working_days() -> None:
    """The National Day week of 2026: after the 30th of September the first working day is the 8th of October."""
    assert CHASING.reached(date(2026, 9, 30), date(2026, 10, 7)) is None
    assert CHASING.reached(date(2026, 9, 30), date(2026, 10, 8)) == 1


def test_working_days_rise() -> None:
    with pytest.raises(ValidationError):
        Chasing.model_validate({**CHASING.model_dump(), "working_days": (3, 1)})


def test_a_form_filled_in_is_a_report() -> None:
    texts = {
        "value.canal": " １,２３４.５０ ", "value.quiet": "", "expected": "low", "serious": "yes", "serious_problem": "塌方",
        "progress": "一期完工", "evidence.2.name": "月报.pdf", "evidence.2.sha256": "A" * 64, "evidence.2.kept": "档案馆",
    }  # fmt: skip
    filled = report_of("CS-1", "2026-05", texts, ("canal", "quiet"))
    assert filled == ReportProgress(
        **ID, period="2026-05", values={"canal": Decimal("1234.50")}, expected="low", serious_problem="塌方",
        details=Implementation(progress="一期完工"),
        evidence_files=(Evidence(name="月报.pdf", sha256="a" * 64, kept="档案馆"),),
    )  # fmt: skip


def test_everything_that_is_wrong_is_told_at_once_at_its_field() -> None:
    texts = {
        "value.canal": "约三十", "value.quiet": "1" * 29, "expected": "bad", "serious": "maybe", "progress": "长" * 4001,
        "evidence.1.sha256": "abc", "evidence.3.kept": "档案馆", "problems": "a\x00",
    }  # fmt: skip
    wrong = report_of("CS-1", "2026-05", texts, ("canal", "quiet"))
    assert isinstance(wrong, tuple)
    assert [(each.field, each.key) for each in wrong] == [
        ("value.canal", "number"),
        ("value.quiet", "digits"),
        ("expected", "outcome"),
        ("serious", "yes-or-no"),
        ("progress", "too-long"),
        ("problems", "character"),
        ("evidence.1.sha256", "sha256"),
        ("evidence.1.name", "evidence-name"),
        ("evidence.3.name", "evidence-name"),
    ]


@pytest.mark.parametrize(
    ("texts", "wrong"),
    [
        ({"serious": "yes"}, Wrong("serious_problem", "problem-missing")),
        ({"serious": "no", "serious_problem": "塌方"}, Wrong("serious", "problem-without-yes")),
        ({"value.canal": "1,23"}, Wrong("value.canal", "number", "1,23")),
        ({"value.canal": "1e3"}, Wrong("value.canal", "number", "1e3")),
    ],
)
def test_a_field_that_contradicts_another_or_itself(texts: dict[str, str], wrong: Wrong) -> None:
    assert report_of("CS-1", "2026-05", texts, ("canal",)) == (wrong,)


@for_any(
    st.dictionaries(st.sampled_from(["value.canal", "expected", "serious", "serious_problem", "progress"]), st.text())
)
def test_whatever_is_filled_in_is_a_report_or_told_what_is_wrong(texts: dict[str, str]) -> None:
    filled = report_of("CS-1", "2026-05", texts, ("canal",))
    assert isinstance(filled, ReportProgress) or filled


def test_a_report_fills_the_form_for_its_correction() -> None:
    event = reported("2026-05", DUE, details=DETAILS, evidence_files=(PROOF,), expected="low", serious_problem="塌方")
    written = event.model_dump(mode="json")
    command = report_of("CS-1", "2026-05", texts_of(written["values"], written), ("canal", "quiet"))
    assert isinstance(command, ReportProgress)
    given(APPROVED, event).by(UNIT).when(command).then()


def test_what_nobody_filled_in_is_blank() -> None:
    assert is_blank({"value.canal": " ", "expected": "planned", "serious": "no"})
    assert not is_blank({"value.canal": "0"})


def test_of_a_workbook_all_is_taken_or_nothing() -> None:
    unknown = IndicatorUnknown("CS-2", ("x",))
    assert all_or_none([("CS-1", None)]) is None
    assert all_or_none([("CS-1", None), ("CS-2", unknown)]) == ReportsRefused(("CS-2",), (unknown,))
