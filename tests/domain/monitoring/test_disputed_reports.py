"""A report in dispute (异议) is not judged by until that is settled: the data unit vouches for it, or the unit corrects it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from contracts.decision import Actor
from contracts.monitoring import MonthJudged, ProgressDisputed
from services.monitoring.domain.months import months_to_judge
from services.monitoring.domain.reports import ReportProgress, VouchReport
from tests.domain.monitoring.examples import APPROVED, ID, UNIT, Told, given, judge_month, judged, reported

STATISTICS = Actor("郑和", "data-unit", "statistics")
MARCH = reported("2026-03", date(2026, 4, 3))
"""Half of the canal, and no more complaints than allowed: 75 % of the goal."""
AGAIN = reported("2026-03", date(2026, 4, 20), report=2, values={"canal": Decimal(30)})
CLOSED = judged("2026-03", attainment=Decimal("75.00"), values=MARCH.values)
DISPUTE = VouchReport(**ID, report=1, verdict="disputed", reason="验收单只有 28 公里")
VOUCH = VouchReport(**ID, report=1, verdict="vouched")


def _disputed() -> Told:
    story = given(APPROVED, MARCH, CLOSED).by(STATISTICS).when(DISPUTE)
    story.then_kinds(ProgressDisputed)
    return story.and_so()


def _march(told: Told) -> MonthJudged:
    """March as it is judged now."""
    (month, *_) = told.when(judge_month("2026-03")).and_so().events[len(told.events) :]
    assert isinstance(month, MonthJudged)
    return month


def test_what_a_disputed_report_says_does_not_count_and_both_judgements_stay() -> None:
    told = _disputed()
    assert _march(told).attainment == 0
    again = told.when(judge_month("2026-03")).and_so()
    assert [each.attainment for each in again.events if isinstance(each, MonthJudged)] == [Decimal("75.00"), Decimal(0)]


def test_it_counts_again_once_the_data_unit_vouches_for_it() -> None:
    told = _disputed().when(judge_month("2026-03")).and_so().when(VOUCH).and_so()
    assert _march(told).attainment == Decimal("75.00")


def test_a_correction_settles_it_and_the_values_that_were_disputed_stay_out() -> None:
    told = given(*_disputed().events, AGAIN)
    assert told.state.disputed == ()
    assert _march(told).attainment == Decimal("12.50")


def test_what_was_said_before_without_dispute_stands() -> None:
    february = reported("2026-02", date(2026, 3, 5), values={"canal": Decimal(12)})
    march = reported("2026-03", date(2026, 4, 3), report=2)
    dispute = VouchReport(**ID, report=2, verdict="disputed", reason="没有验收")
    told = given(APPROVED, february, march, CLOSED).by(STATISTICS).when(dispute).and_so()
    assert (_march(told).attainment, _march(told).values) == (Decimal("5.00"), {"canal": Decimal(12)})


def test_the_unit_reported_in_time_all_the_same() -> None:
    told = given(APPROVED, MARCH).by(STATISTICS).when(DISPUTE).and_so()
    closed = told.when(judge_month("2026-03", close=True)).and_so().state.months["2026-03"]
    assert "report-overdue" not in {finding.rule for finding in closed.findings}


def test_no_outcome_is_concluded_from_a_disputed_report() -> None:
    march = reported("2026-03", date(2026, 4, 3), expected="none")
    found = given(APPROVED, march).when(judge_month("2026-03")).and_so()
    assert found.state.standing == "stop"
    told = given(APPROVED, march).by(STATISTICS).when(DISPUTE).and_so()
    told.when(judge_month("2026-03")).then()


def test_a_judgement_names_the_reports_that_it_left_out() -> None:
    told = _disputed()
    assert told.state.disputed == (1,)
    assert _march(told).disputed == (1,)
    assert "2026-03" in months_to_judge(told.state, 2026, "2026-03", date(2026, 6, 15), frozenset())


def test_a_unit_may_not_settle_the_dispute_by_saying_the_same_again() -> None:
    same = ReportProgress(**ID, period="2026-03", values=MARCH.values)
    _disputed().by(UNIT).when(same).then()
