"""`judge`, rule by rule and boundary by boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from contracts.goals import Indicator
from services.monitoring.domain.judging import (
    Figures,
    Goal,
    Judgement,
    Monitored,
    Report,
    goal_attainment,
    judge,
    latest_report,
    latest_values,
    monitored,
)
from tests.domain.monitoring.examples import RULES

ONE = Monitored("a", Decimal(1), "at_least", Decimal(100))
GOAL = Goal(budget=10_000, currency="CNY", approved_on=date(2026, 1, 20), indicators=(ONE,))
IN_TIME = Report("2026-06", date(2026, 7, 10), {"a": Decimal(50)})


def june(
    paid: int = 5_000,
    reports: tuple[Report, ...] = (IN_TIME,),
    as_of: date = date(2026, 7, 20),
    goal: Goal = GOAL,
    first_paid: date | None = None,
    **how: Any,
) -> Judgement:
    return judge(goal, Figures(paid, 1, first_paid), reports, "2026-06", as_of, RULES, **how)


def found(judgement: Judgement) -> dict[str, str]:
    return {finding.rule: finding.level for finding in judgement.findings}


def report(value: str | None, period: str = "2026-06", received: date = date(2026, 7, 5), **said: Any) -> Report:
    return Report(period, received, {} if value is None else {"a": Decimal(value)}, **said)


def test_a_month_on_its_way_has_no_finding() -> None:
    judgement = june()
    assert (judgement.execution, judgement.attainment, judgement.time, judgement.mismatch) == (
        Decimal("50.00"),
        Decimal("50.00"),
        Decimal("50.00"),
        Decimal("0.00"),
    )
    assert judgement.findings == ()
    assert judgement.recommendation == "none"


@pytest.mark.parametrize(
    ("received", "as_of", "overdue"),
    [
        (date(2026, 7, 10), date(2026, 7, 11), False),  # received on the last day
        (date(2026, 7, 11), date(2026, 7, 11), True),  # a day late
        (date(2026, 7, 11), date(2026, 7, 10), False),  # on the due day nothing is overdue yet
        (date(2026, 6, 20), date(2026, 7, 11), False),  # reported before the month was over
    ],
)
def test_a_report_is_due_on_the_tenth(received: date, as_of: date, overdue: bool) -> None:
    judgement = june(reports=(report("50", received=received),), as_of=as_of)
    assert ("report-overdue" in found(judgement)) is overdue


def test_a_report_in_december_is_due_in_january() -> None:
    goal = replace(GOAL, indicators=())
    late = judge(goal, Figures(10_000), (), "2026-12", date(2027, 1, 11), RULES)
    in_time = judge(goal, Figures(10_000), (), "2026-12", date(2027, 1, 10), RULES)
    assert found(late) == {"report-overdue": "notice"}
    assert found(in_time) == {}


@pytest.mark.parametrize(
    ("paid", "level"),
    [(6_499, None), (6_500, "notice"), (7_999, "notice"), (8_000, "warning"), (9_999, "warning"), (10_000, "suspend")],
)
def test_mismatch_of_money_and_results(paid: int, level: str | None) -> None:
    assert found(june(paid)).get("mismatch") == level


def test_mismatch_counts_in_both_directions() -> None:
    judgement = june(0, reports=(report("50"),))
    assert judgement.mismatch == Decimal("50.00")
    assert found(judgement)["mismatch"] == "suspend"


@pytest.mark.parametrize(
    ("paid", "level"), [(3_501, None), (3_500, "notice"), (2_001, "notice"), (2_000, "warning"), (-9_000, "warning")]
)
def test_slow_execution_warns_and_never_suspends(paid: int, level: str | None) -> None:
    assert found(june(paid)).get("slow-execution") == level


@pytest.mark.parametrize(("value", "level"), [("35.01", None), ("35", "notice"), ("20", "warning"), ("0", "warning")])
def test_behind_the_goal_warns_and_never_suspends(value: str, level: str | None) -> None:
    assert found(june(reports=(report(value),))).get("behind-goal") == level


@pytest.mark.parametrize(
    ("paid", "level"), [(10_000, None), (10_001, "warning"), (10_999, "warning"), (11_000, "suspend")]
)
def test_overspent_is_above_the_budget_and_grave_from_a_tenth_more(paid: int, level: str | None) -> None:
    assert found(june(paid)).get("overspent") == level


def test_thresholds_use_the_rounded_figures() -> None:
    goal = replace(GOAL, budget=10_000_000)
    assert found(june(10_000_499, goal=goal)).get("overspent") is None  # 100.00499 % rounds to 100.00
    assert found(june(10_000_500, goal=goal)).get("overspent") == "warning"  # 100.005 % rounds half-up to 100.01
    assert found(june(10_999_500, goal=goal)).get("overspent") == "suspend"  # 109.995 % rounds to 110.00
    april = judge(
        GOAL, Figures(1_833), (report("18.33", "2026-04", date(2026, 5, 1)),), "2026-04", date(2026, 5, 1), RULES
    )
    assert april.time == Decimal("33.33")
    assert found(april) == {"slow-execution": "notice", "behind-goal": "notice"}  # exactly 15.00 of the rounded figures


@pytest.mark.parametrize(
    ("first_paid", "level"), [(date(2026, 1, 19), "warning"), (date(2026, 1, 20), None), (None, None)]
)
def test_paid_before_approval(first_paid: date | None, level: str | None) -> None:
    judgement = judge(GOAL, Figures(100, 1, first_paid), (), "2026-01", date(2026, 1, 25), RULES)
    assert found(judgement).get("paid-before-approval") == level


def test_what_the_unit_expects_and_its_serious_problem() -> None:
    assert found(june(reports=(report("50", expected="low"),))) == {"expected-low": "suspend"}
    assert found(june(reports=(report("50", expected="none"),))) == {"expected-none": "stop"}
    assert found(june(reports=(report("50", serious_problem="工程停工"),))) == {"serious-problem": "suspend"}
    assert found(june(reports=(report("50", serious_problem=" "),))) == {}


def test_the_latest_report_of_the_month_speaks_for_the_outcome() -> None:
    low, better = report("50", expected="low"), report("50", received=date(2026, 7, 8))
    assert found(june(reports=(better, low))) == {}
    assert found(june(reports=(replace(better, received=low.received), low))) == {"expected-low": "suspend"}
    assert found(june(reports=(low, replace(better, received=low.received)))) == {}
    earlier_month = report("50", "2026-05", date(2026, 6, 5), expected="none")
    assert found(june(reports=(earlier_month, IN_TIME))) == {}


def test_a_report_received_after_the_day_of_judging_does_not_exist() -> None:
    later = report("90", received=date(2026, 7, 21), expected="none")
    assert june(reports=(IN_TIME, later)) == june(reports=(IN_TIME,))
    assert june(reports=(later,)).attainment == Decimal("0.00")


def test_each_indicator_comes_from_the_latest_report_that_gives_it() -> None:
    goal = replace(GOAL, indicators=(ONE, replace(ONE, id="b"), replace(ONE, id="c")))
    reports = [
        Report("2026-05", date(2026, 6, 20), {"a": Decimal(1), "b": Decimal(1)}),
        Report("2026-04", date(2026, 7, 1), {"a": Decimal(2), "c": Decimal(2), "foreign": Decimal(2)}),
        Report("2026-07", date(2026, 7, 2), {"a": Decimal(3)}),
        Report("2026-05", date(2026, 6, 10), {"a": Decimal(4), "b": Decimal(4)}),
    ]
    assert latest_values(goal, reports, "2026-06") == {"a": Decimal(1), "b": Decimal(1), "c": Decimal(2)}
    assert latest_values(goal, reports, "2026-03") == {}
    assert latest_report(reports[::3]) == reports[0]
    assert latest_report([]) is None


def test_findings_stand_in_the_order_of_the_rules() -> None:
    late = report(None, received=date(2026, 7, 12), expected="low", serious_problem="停工")
    everything = judge(GOAL, Figures(11_000, 1, date(2026, 1, 2)), (late,), "2026-06", date(2026, 7, 20), RULES)
    assert [finding.rule for finding in everything.findings] == [
        "report-overdue",
        "mismatch",
        "behind-goal",
        "overspent",
        "paid-before-approval",
        "expected-low",
        "serious-problem",
    ]
    assert everything.recommendation == "suspend"


def test_the_recommendation_is_the_strongest_finding() -> None:
    assert june(6_500).recommendation == "notice"
    assert june(8_000).recommendation == "correct"
    assert june(10_000).recommendation == "suspend"
    assert june(10_000, reports=(report("50", expected="none"),)).recommendation == "stop"


def test_a_running_month_is_judged_only_by_what_holds_at_once() -> None:
    at_once = june(11_000, reports=(report("0", expected="none"),), first_paid=date(2026, 1, 2), running=True)
    assert found(at_once) == {"overspent": "suspend", "paid-before-approval": "warning", "expected-none": "stop"}
    assert june(0, reports=(), running=True).findings == ()


def test_attainment_is_exact_until_its_one_rounding() -> None:
    thirds = replace(GOAL, indicators=tuple(Monitored(id, Decimal(1), "at_least", Decimal(3)) for id in "abc"))
    assert goal_attainment(thirds, dict.fromkeys("abc", Decimal(1))) == Decimal("33.33")
    assert goal_attainment(thirds, {"a": Decimal(3)}) == Decimal("33.33")
    halves = replace(GOAL, indicators=(Monitored("a", Decimal(1), "at_least", Decimal(200)),))
    assert goal_attainment(halves, {"a": Decimal("33.33")}) == Decimal("16.67")  # 16.665 goes up


def test_no_alarm_about_results_where_nothing_is_monitored_by_value() -> None:
    judgement = june(10_000, goal=replace(GOAL, indicators=()))
    assert judgement.attainment == Decimal("0.00")
    assert found(judgement) == {}
    assert goal_attainment(replace(GOAL, indicators=(replace(ONE, weight=Decimal(0)),)), {}) == Decimal("0.00")


def test_only_quantitative_indicators_with_a_target_are_monitored() -> None:
    number = Indicator(id="n", name="n", dimension="output", target=Decimal(5), weight=Decimal(3), direction="at_most")
    words = Indicator(id="w", name="w", dimension="output", type="qualitative", target_text="好", weight=Decimal(3))
    bare = Indicator(id="b", name="b", dimension="output", weight=Decimal(3))
    assert monitored((number, words, bare)) == (Monitored("n", Decimal(3), "at_most", Decimal(5)),)


money = st.integers(-(10**12), 10**12)
numbers = st.decimals(0, 10**6, places=2)
reports_of_june = st.lists(
    st.builds(
        Report,
        st.sampled_from(["2026-04", "2026-05", "2026-06", "2026-07"]),
        st.dates(date(2026, 4, 1), date(2026, 8, 1)),
        st.dictionaries(st.sampled_from("ab"), numbers),
        st.sampled_from([None, "low", "none"]),
        st.sampled_from([None, "停工"]),
    ),
    max_size=6,
    unique_by=lambda each: (each.period, each.received),
)


@for_all(money, reports_of_june, st.dates(date(2026, 6, 1), date(2026, 8, 1)), st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_matter_and_a_running_month_finds_no_more(
    paid: int, reports: list[Report], as_of: date, shuffler: Any
) -> None:
    shuffled = shuffler.sample(reports, len(reports))
    full = june(paid, tuple(reports), as_of)
    assert full == june(paid, tuple(shuffled), as_of)
    at_once = june(paid, tuple(reports), as_of, running=True)
    assert set(at_once.findings) <= set(full.findings)
    assert full.mismatch == abs(full.execution - full.attainment)
