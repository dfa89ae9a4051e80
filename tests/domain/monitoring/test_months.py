"""A month is judged: when a judgement is appended, which deviations it opens and closes, what it recommends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.monitoring import (
    DeviationDetected,
    MonthFinding,
    MonthJudged,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
    StopRecommended,
    SuspensionRecommended,
)
from services.monitoring.domain.judging import Figures
from services.monitoring.domain.months import months_to_close, months_to_judge
from services.monitoring.domain.refusals import GoalNotApproved, PeriodNotBegun, PeriodNotDue, PeriodOutsideYear
from tests.domain.monitoring.examples import (
    APPROVED,
    ID,
    MEASURE,
    RULES,
    Told,
    adjusted,
    given,
    judge_month,
    judged,
    reported,
)

CLOSED_JUNE = reported("2026-06", date(2026, 7, 5))
SUSPENDED = ProjectSuspended(
    **ID, measures=(MEASURE,), reason="不匹配", unspent=0, ordered_by="赵强", ordered_on=date(2026, 7, 15)
)
STOPPED = ProjectStopped(
    **ID, measures=(MEASURE,), reason="无绩效", freed=0, ordered_by="赵强", ordered_on=date(2026, 7, 15)
)
RESUMED = ProjectResumed(**ID, reason="已整改", document="文", ordered_by="赵强", ordered_on=date(2026, 8, 20))


def recommended(kind: type[Any], period: str = "2026-06", **more: Any) -> Any:
    return kind(**ID, period=period, judgement=1, rules=RULES.reference, grounds=(), **more)


def deviated(period: str, rule: str, level: Any) -> DeviationDetected:
    figures = dict.fromkeys(("execution", "attainment", "time", "mismatch"), Decimal("0.00"))
    return DeviationDetected(
        **ID,
        period=period,
        deviation=f"{period}/{rule}",
        rule=rule,
        level=level,
        judgement=1,
        rules=RULES.reference,
        **figures,
    )


def close(period: str, paid: int, day: date, *events: Any) -> tuple[Any, ...]:
    """What the close of a month brings."""
    result = given(APPROVED, *events).on(day).decided(judge_month(period, paid, close=True))
    assert isinstance(result, tuple), result
    return result


# refusals


def test_without_a_goal_nothing_is_judged() -> None:
    given().when(judge_month("2026-06")).refused(GoalNotApproved("CS-1", 2026))


def test_a_month_of_another_year_is_not_judged() -> None:
    given(APPROVED).when(judge_month("2025-12")).refused(PeriodOutsideYear("2025-12", 2026))


def test_a_month_that_has_not_begun_is_not_judged() -> None:
    today = date(2026, 6, 30)
    given(APPROVED).on(today).when(judge_month("2026-07")).refused(PeriodNotBegun("2026-07", today))


def test_a_month_is_not_closed_before_its_report_was_due() -> None:
    closing = judge_month("2026-06", close=True)
    given(APPROVED).on(date(2026, 7, 10)).when(closing).refused(PeriodNotDue("2026-06", date(2026, 7, 10)))
    given(APPROVED).on(date(2026, 7, 11)).when(closing).and_so()


# the running month


def test_a_running_month_without_findings_appends_nothing() -> None:
    given(APPROVED).when(judge_month("2026-06", 900_000)).then()


def test_a_running_month_is_judged_when_its_findings_change() -> None:
    story = given(APPROVED)
    month, deviation = story.when(judge_month("2026-06", 1_000_100)).then_kinds(MonthJudged, DeviationDetected)
    assert (month.closed, month.judgement, month.paid, month.execution) == (False, 1, 1_000_100, Decimal("100.01"))
    assert month.findings == (MonthFinding(rule="overspent", level="warning"),)
    assert (deviation.deviation, deviation.level, deviation.previous) == ("2026-06/overspent", "warning", None)
    more = given(APPROVED, month, deviation)
    more.when(judge_month("2026-06", 1_050_000)).then()
    month, deviation, recommendation = more.when(judge_month("2026-06", 1_100_000)).then_kinds(
        MonthJudged, DeviationDetected, SuspensionRecommended
    )
    assert (deviation.level, deviation.previous, deviation.judgement) == ("suspend", "warning", 2)
    assert recommendation.grounds == (MonthFinding(rule="overspent", level="suspend"),)
    healed = given(APPROVED, month, deviation, recommendation)
    (healthy,) = healed.when(judge_month("2026-06", 900_000)).then_kinds(MonthJudged)
    assert (healthy.findings, healthy.recommendation) == ((), "none")
    assert healed.when(judge_month("2026-06", 900_000)).and_so().state.open_deviation("overspent") is not None


# the close


def test_a_close_judges_by_every_rule_and_is_always_appended() -> None:
    story = given(APPROVED, CLOSED_JUNE).on(date(2026, 7, 11))
    (month,) = story.when(judge_month("2026-06", 750_000, close=True)).then_kinds(MonthJudged)
    assert month == MonthJudged(
        **ID,
        period="2026-06",
        judgement=1,
        as_of=date(2026, 7, 11),
        closed=True,
        rules="dual-monitoring-1@1",
        budget=1_000_000,
        currency="CNY",
        paid=750_000,
        vouchers=1,
        digest="",
        execution=Decimal("75.00"),
        attainment=Decimal("75.00"),
        time=Decimal("50.00"),
        mismatch=Decimal("0.00"),
        values={"canal": Decimal(60), "quiet": Decimal(4)},
        findings=(),
        recommendation="none",
    )


def test_a_close_carries_the_digest_that_its_figures_bring() -> None:
    command = replace(judge_month("2026-06", close=True), figures=Figures(1, 1, None, "9f86d0"))
    (month, *_) = given(APPROVED, CLOSED_JUNE).on(date(2026, 7, 11)).when(command).and_so().events[2:]
    assert isinstance(month, MonthJudged)
    assert month.digest == "9f86d0"


def test_a_running_judgement_does_not_stand_for_the_close() -> None:
    running = judged("2026-06", closed=False, findings={"overspent": "warning"}, recommendation="correct")
    result = close("2026-06", 750_000, date(2026, 7, 11), CLOSED_JUNE, running)
    assert [(each.judgement, each.closed) for each in result] == [(2, True)]


def test_after_the_close_a_month_is_judged_again_when_anything_changed() -> None:
    day = date(2026, 7, 20)
    (month,) = close("2026-06", 750_000, date(2026, 7, 11), CLOSED_JUNE)
    story = given(APPROVED, CLOSED_JUNE, month).on(day)
    story.when(judge_month("2026-06", 750_000)).then()
    (again,) = story.when(judge_month("2026-06", 750_001)).then_kinds(MonthJudged)
    assert (again.judgement, again.closed, again.as_of, again.paid) == (2, True, day, 750_001)
    story.when(judge_month("2026-06", 750_000, vouchers=3)).then_kinds(MonthJudged)
    corrected = reported("2026-06", day, 2, values={"quiet": Decimal(3)})
    given(APPROVED, CLOSED_JUNE, month, corrected).on(day).when(judge_month("2026-06", 750_000)).then_kinds(MonthJudged)
    (poorer,) = (
        given(APPROVED, CLOSED_JUNE, month, adjusted(budget=1_000_001))
        .on(day)
        .when(judge_month("2026-06", 750_000))
        .then_kinds(MonthJudged)
    )
    assert (poorer.budget, poorer.execution) == (1_000_001, Decimal("75.00"))
    overdue = close("2026-06", 750_000, date(2026, 7, 11))
    late = given(APPROVED, *overdue, reported("2026-06", date(2026, 7, 12))).on(day)
    (still,) = late.when(judge_month("2026-06", 750_000)).then_kinds(MonthJudged)
    assert MonthFinding(rule="report-overdue", level="notice") in still.findings


# deviations


def test_a_deviation_is_told_once_and_again_only_when_it_grows_graver() -> None:
    july = close("2026-06", 750_000, date(2026, 7, 11))
    assert [(each.rule, each.level) for each in july if isinstance(each, DeviationDetected)] == [
        ("report-overdue", "notice"),
        ("mismatch", "suspend"),
        ("behind-goal", "warning"),
    ]
    august = close("2026-07", 760_000, date(2026, 8, 11), *july)
    assert [type(each) for each in august] == [MonthJudged]
    softer = judged("2026-07", 2, findings={"mismatch": "notice", "report-overdue": "notice", "behind-goal": "warning"})
    back = close("2026-08", 760_000, date(2026, 9, 11), *july, softer)
    assert [type(each) for each in back] == [MonthJudged]


def test_a_deviation_closes_when_a_closed_month_of_the_same_day_or_later_is_free_of_it() -> None:
    story = given(
        APPROVED, judged("2026-06", 1, findings={"mismatch": "notice"}), deviated("2026-06", "mismatch", "notice")
    )

    def still_open(*later: Any) -> bool:
        return Told((*story.events, *later)).state.open_deviation("mismatch") is not None

    assert still_open()
    assert still_open(judged("2026-07", 2, closed=False))
    assert still_open(judged("2026-05", 2))
    assert not still_open(judged("2026-06", 2))
    assert not still_open(judged("2026-07", 2))
    escalated = (judged("2026-08", 2, findings={"mismatch": "warning"}), deviated("2026-08", "mismatch", "warning"))
    assert still_open(*escalated, judged("2026-06", 3))
    closed = Told((*story.events, *escalated, judged("2026-08", 3))).state
    assert [each.open for each in closed.deviations] == [False, False]


def test_a_deviation_that_comes_back_is_told_again() -> None:
    before = (judged("2026-05", 1, findings={"mismatch": "suspend"}), deviated("2026-05", "mismatch", "suspend"))
    free = judged("2026-06", 2, as_of=date(2026, 6, 12))
    events = close("2026-07", 900_000, date(2026, 8, 11), *before, free)
    (again,) = [each for each in events if isinstance(each, DeviationDetected) and each.rule == "mismatch"]
    assert (again.deviation, again.previous, again.level) == ("2026-07/mismatch", None, "suspend")


def test_a_deviation_that_an_earlier_month_opens_again_is_closed_by_a_later_one_that_is_free_of_it() -> None:
    """June, judged again after July's close, finds what July is free of: July, unchanged, is told again and closes it."""
    july = reported("2026-07", date(2026, 8, 5), values={"canal": Decimal(70), "quiet": Decimal(4)})
    closed_june = close("2026-06", 450_000, date(2026, 7, 11), CLOSED_JUNE)
    closed_july = close("2026-07", 700_000, date(2026, 8, 11), CLOSED_JUNE, *closed_june, july)
    corrected = reported("2026-06", date(2026, 8, 12), 3, values={"canal": Decimal(0), "quiet": Decimal(40)})
    story = Told((APPROVED, CLOSED_JUNE, *closed_june, july, *closed_july, corrected), date(2026, 8, 12))
    assert not story.state.deviations or not any(each.open for each in story.state.deviations)
    june = story.when(judge_month("2026-06", 450_000)).and_so()
    assert june.state.open_deviation("behind-goal") is not None
    again = june.when(judge_month("2026-07", 700_000))
    again.then_kinds(MonthJudged)
    assert not any(each.open for each in again.and_so().state.deviations)


# recommendations


def kinds(events: tuple[Any, ...]) -> list[str]:
    return [type(each).__name__ for each in events if isinstance(each, SuspensionRecommended | StopRecommended)]


def test_a_recommendation_stands_until_somebody_answers_it() -> None:
    bad, august = (judged("2026-06", 1, recommendation="suspend"),), date(2026, 8, 11)
    assert kinds(close("2026-07", 900_000, august, *bad)) == ["SuspensionRecommended"]
    assert kinds(close("2026-07", 900_000, august, *bad, recommended(SuspensionRecommended))) == []
    assert kinds(close("2026-07", 900_000, august, *bad, recommended(StopRecommended))) == []
    answered = (recommended(SuspensionRecommended), SUSPENDED)
    assert kinds(close("2026-07", 900_000, august, *bad, *answered)) == []


def test_a_graver_recommendation_is_made_beside_a_standing_one_and_for_a_suspended_project() -> None:
    hopeless, august = reported("2026-07", date(2026, 8, 5), expected="none"), date(2026, 8, 11)
    assert kinds(close("2026-07", 0, august, hopeless, recommended(SuspensionRecommended))) == ["StopRecommended"]
    assert kinds(close("2026-07", 0, august, hopeless, SUSPENDED)) == ["StopRecommended"]
    assert kinds(close("2026-07", 0, august, hopeless, SUSPENDED, recommended(StopRecommended))) == []
    assert kinds(close("2026-07", 0, august, hopeless, STOPPED)) == []
    (stop,) = [each for each in close("2026-07", 0, august, hopeless) if isinstance(each, StopRecommended)]
    assert stop.grounds == (MonthFinding(rule="expected-none", level="stop"),)


def test_after_a_resumption_only_a_month_closed_since_then_or_something_graver_counts() -> None:
    resumed = (judged("2026-06", 1), judged("2026-07", 2), recommended(SuspensionRecommended), SUSPENDED, RESUMED)
    late = given(APPROVED, *resumed).on(date(2026, 8, 25))
    assert kinds(late.when(judge_month("2026-07", 1_200_000)).and_so().events) == [
        "SuspensionRecommended"
    ]  # the old one
    running = late.when(judge_month("2026-08", 1_200_000)).and_so().events
    assert kinds(running) == ["SuspensionRecommended"]
    assert kinds(close("2026-08", 1_200_000, date(2026, 9, 11), *resumed)) == ["SuspensionRecommended"]
    hopeless = reported("2026-08", date(2026, 8, 24), expected="none")
    graver = given(APPROVED, *resumed, hopeless).on(date(2026, 8, 25)).when(judge_month("2026-08", 0)).and_so()
    assert kinds(graver.events) == ["SuspensionRecommended", "StopRecommended"]


def test_a_resumption_sets_aside_the_stop_that_stood() -> None:
    resumed = (SUSPENDED, recommended(StopRecommended), RESUMED)
    hopeless = reported("2026-08", date(2026, 8, 24), expected="none")
    quiet = given(APPROVED, *resumed, hopeless).on(date(2026, 8, 25)).when(judge_month("2026-08", 0)).and_so()
    assert kinds(quiet.events) == ["StopRecommended"]
    closed = (
        given(APPROVED, *resumed, hopeless).on(date(2026, 9, 11)).when(judge_month("2026-08", 0, close=True)).and_so()
    )
    assert kinds(closed.events) == ["StopRecommended", "StopRecommended"]


# which months


@pytest.mark.parametrize(
    ("touched", "today", "active", "expected"),
    [
        ("2026-03", date(2026, 3, 9), {"2026-03"}, ["2026-03"]),
        ("2026-03", date(2026, 5, 9), {"2026-03", "2026-05"}, ["2026-03", "2026-04", "2026-05"]),
        ("2026-03", date(2026, 5, 9), {"2026-03"}, ["2026-03"]),
        ("2026-07", date(2026, 5, 9), {"2026-07"}, []),
        ("2026-03", date(2026, 5, 9), {"2026-03", "2026-12", "2025-12", "2027-01"}, ["2026-03"]),
        ("2025-12", date(2026, 1, 9), {"2025-12", "2026-01"}, ["2026-01"]),
        ("2026-12", date(2027, 1, 9), {"2026-12", "2027-01"}, ["2026-12"]),
        ("2026-01", date(2026, 5, 9), set[str](), []),
    ],
)
def test_a_change_touches_the_months_from_it_to_the_latest_that_has_anything(
    touched: str, today: date, active: set[str], expected: list[str]
) -> None:
    state = given(APPROVED).state
    assert list(months_to_judge(state, 2026, touched, today, frozenset(active))) == expected


def test_reports_and_closed_months_count_too() -> None:
    state = given(APPROVED, judged("2026-04"), reported("2026-05", date(2026, 5, 20))).state
    assert months_to_judge(state, 2026, "2026-04", date(2026, 6, 1), frozenset()) == ("2026-04", "2026-05")


def test_months_are_closed_from_the_day_after_their_reports_were_due() -> None:
    state = given(APPROVED, judged("2026-01")).state
    assert months_to_close(state, 2026, date(2026, 4, 10), RULES) == ("2026-02",)
    assert months_to_close(state, 2026, date(2026, 4, 11), RULES) == ("2026-02", "2026-03")
    assert len(months_to_close(state, 2026, date(2027, 1, 10), RULES)) == 10
    assert len(months_to_close(state, 2026, date(2027, 1, 11), RULES)) == 11
