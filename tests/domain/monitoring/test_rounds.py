"""Rounds: opened over a period, filled in, chased by working day, reviewed, decided by people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest

from contracts.decision import Refusal
from contracts.goals import AdjustmentRejected
from contracts.monitoring import (
    BudgetChangeProposed,
    CorrectionOrdered,
    DeviationDetected,
    ProjectStopped,
    ProjectSuspended,
)
from services.monitoring.domain import DECIDERS, refusals
from services.monitoring.domain.judging import Figures, judge
from services.monitoring.domain.rounds.events import (
    RoundPartChased,
    RoundPartDecided,
    RoundPartFilled,
    RoundPartReturned,
    TakenIntoRound,
)
from services.monitoring.domain.rounds.opening import CloseRound
from tests.domain.monitoring.examples import APPROVED, ID, RULES, adjusted, judged
from tests.domain.monitoring.rounds import (
    BEGUN,
    CHASE,
    DUE,
    FILLED,
    MEASURE,
    OPENED,
    PASS,
    PASSED,
    RETURN,
    ROUND,
    TAKEN,
    Played,
    deciding,
    filling,
    opening,
    taking,
)

# a round


def test_the_august_round_is_due_ten_working_days_after_it_opens() -> None:
    (opened,) = ROUND.when(opening())  # type: ignore[misc]
    assert (opened.due, opened.policy, opened.projects) == (DUE, "mid-term-1@1", ("CS-1",))
    assert opened.stream() == "round/2026-08"
    (given,) = ROUND.when(opening(due=date(2026, 8, 31)))  # type: ignore[misc]
    assert given.due == date(2026, 8, 31)


def test_a_mid_term_review_is_over_any_months_before_it() -> None:
    (opened,) = ROUND.on(date(2026, 6, 8)).when(opening(round="2026-06", kind="mid-term", through="2026-05"))  # type: ignore[misc]
    assert (opened.kind, opened.through) == ("mid-term", "2026-05")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"through": "2026-06"}, refusals.RoundPeriodWrong("2026-08", "august", "2026-06")),
        ({"round": "2026-09"}, refusals.RoundPeriodWrong("2026-09", "august", "2026-07")),
        ({"kind": "mid-term", "through": "2025-07"}, refusals.RoundPeriodWrong("2026-08", "mid-term", "2025-07")),
        ({"kind": "mid-term", "through": "2026-08"}, refusals.RoundPeriodWrong("2026-08", "mid-term", "2026-08")),
        (
            {"round": "2026-12", "kind": "mid-term", "through": "2026-08"},
            refusals.RoundPeriodNotOver("2026-08", OPENED),
        ),
        ({"projects": ()}, refusals.RoundEmpty("2026-08")),
        ({"due": OPENED}, refusals.DeadlineNotAhead(OPENED, OPENED)),
    ],
)
def test_a_round_that_makes_no_sense_is_not_opened(changes: dict[str, Any], refusal: Refusal) -> None:
    assert ROUND.when(opening(**changes)) == refusal


def test_where_no_calendar_is_known_the_deadline_is_to_be_given() -> None:
    far = ROUND.on(date(2199, 8, 3))
    asked = opening(round="2199-08", through="2199-07")
    assert far.when(asked) == refusals.WorkingDaysUnknown(10, date(2199, 8, 3))
    assert not isinstance(far.when(replace(asked, due=date(2199, 8, 20))), Refusal)


def test_a_month_has_one_round() -> None:
    opened = ROUND.then(opening())
    assert opened.when(opening(document="另一文件")) == refusals.RoundAlreadyOpen("2026-08", OPENED)


def test_a_round_closes_when_all_is_decided() -> None:
    assert ROUND.when(CloseRound("2026-08", "文", 0)) == refusals.RoundUnknown("2026-08")
    opened = ROUND.then(opening())
    assert opened.when(CloseRound("2026-08", "文", 3)) == refusals.RoundUndecided("2026-08", 3)
    assert opened.then(CloseRound("2026-08", "文", 0)).events[-1].model_dump()["document"] == "文"


# a part


def test_figures_are_taken_down_once_and_can_be_derived_again() -> None:
    taken = TAKEN.events[-1]
    assert isinstance(taken, TakenIntoRound)
    assert (taken.paid, taken.execution, taken.attainment, taken.time) == (
        400_000, Decimal("40.00"), Decimal("75.00"), Decimal("58.33"),
    )  # fmt: skip
    state = reduce(DECIDERS["part"][1], BEGUN.events, DECIDERS["part"][0])
    again = judge(state.project.goal, Figures(taken.paid), state.project.reports, taken.through, taken.as_of, RULES)
    assert (again.findings, again.recommendation, dict(again.values)) == (
        taken.findings, taken.recommendation, taken.values,
    )  # fmt: skip
    assert TAKEN.when(taking(paid=999)) == ()


def test_no_part_of_what_monitoring_does_not_know_or_what_is_stopped() -> None:
    assert Played("part").when(taking()) == refusals.GoalNotApproved("CS-1", 2026)
    assert Played("part").when(filling()) == refusals.GoalNotApproved("CS-1", 2026)
    stopped = ProjectStopped(**ID, measures=(), reason="停", freed=0, ordered_by="x", ordered_on=OPENED)
    assert replace(BEGUN, events=(APPROVED, stopped)).when(taking()) == refusals.ProjectAlreadyStopped("CS-1")
    for command in (filling(), RETURN, PASS, CHASE, deciding("keep")):
        assert BEGUN.when(command) == refusals.NotInRound("CS-1", "2026-08")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"expected_values": {"canal": Decimal(1)}}, refusals.ExpectedValuesMissing("CS-1", ("quiet",))),
        (
            {"expected_values": {"canal": Decimal(1), "quiet": Decimal(1), "words": Decimal(1)}},
            refusals.IndicatorUnknown("CS-1", ("words",)),
        ),
        ({"expected_payments": -1}, refusals.ExpectedPaymentsNegative("CS-1")),
        ({"causes": ()}, refusals.CauseMissing("CS-1", "2026-08")),
    ],
)
def test_what_a_unit_leaves_out_is_said(changes: dict[str, Any], refusal: Refusal) -> None:
    assert TAKEN.when(filling(**changes)) == refusal


def test_a_project_that_runs_well_needs_no_cause_unless_it_cannot_be_run() -> None:
    well = BEGUN.then(taking(paid=700_000))
    assert not isinstance(well.when(filling(causes=())), Refusal)
    assert well.when(filling(causes=(), cannot_run=True)) == refusals.CauseMissing("CS-1", "2026-08")


def test_a_part_is_filled_in_again_until_it_is_passed() -> None:
    twice = FILLED.then(filling(remedy="另一措施"))
    assert [type(event) for event in twice.events[-2:]] == [RoundPartFilled, RoundPartFilled]
    assert PASSED.when(filling(remedy="另一措施")) == refusals.RoundPartReviewed("CS-1", "2026-08")
    assert PASSED.when(RETURN) == refusals.RoundPartReviewed("CS-1", "2026-08")


def test_a_returned_part_is_due_again_and_may_say_the_same() -> None:
    returned = FILLED.on(date(2026, 8, 18)).then(RETURN)
    assert isinstance(returned.events[-1], RoundPartReturned)
    assert returned.events[-1].due == date(2026, 8, 25)
    assert returned.when(PASS) == refusals.RoundPartNotFilled("CS-1", "2026-08")
    assert isinstance(returned.then(filling()).events[-1], RoundPartFilled)
    assert TAKEN.when(RETURN) == refusals.RoundPartNotFilled("CS-1", "2026-08")
    assert TAKEN.when(PASS) == refusals.RoundPartNotFilled("CS-1", "2026-08")


def test_a_unit_is_chased_by_working_day_until_it_has_filled_in() -> None:
    assert TAKEN.on(DUE).when(CHASE) == refusals.RoundPartNotDue("CS-1", "2026-08", DUE)
    once = TAKEN.on(date(2026, 8, 18)).then(CHASE)
    chased = once.events[-1]
    assert isinstance(chased, RoundPartChased)
    assert (chased.chase, chased.next) == (1, date(2026, 8, 21))
    assert once.on(date(2026, 8, 20)).when(CHASE) == ()
    twice = once.on(date(2026, 8, 21)).then(CHASE)
    assert twice.events[-1].model_dump()["chase"] == 2
    assert twice.then(filling()).on(date(2026, 9, 20)).when(CHASE) == ()
    returned = twice.then(filling()).on(date(2026, 8, 24)).then(RETURN)
    assert returned.on(date(2026, 9, 1)).then(CHASE).events[-1].model_dump()["chase"] == 3


def test_where_the_calendar_ends_a_unit_is_chased_once() -> None:
    late = TAKEN.on(date(2199, 1, 5)).then(CHASE)
    assert late.events[-1].model_dump()["next"] is None
    assert late.on(date(2199, 3, 5)).when(CHASE) == ()


# what people decide


def test_nothing_is_decided_before_it_is_passed_and_nothing_twice() -> None:
    assert FILLED.when(deciding("keep")) == refusals.RoundPartNotPassed("CS-1", "2026-08")
    decided = PASSED.then(deciding("keep"))
    assert decided.when(deciding("keep", reason="另一理由")) == refusals.RoundPartDecidedAlready("CS-1", "2026-08")
    assert decided.when(PASS) == ()


def test_a_cut_goes_to_goals() -> None:
    part = TAKEN.then(filling(expected_payments=700_000), PASS)
    decided, proposed = part.when(deciding("cut", budget=700_000))  # type: ignore[misc]
    assert isinstance(decided, RoundPartDecided) and decided.confirmed
    assert isinstance(proposed, BudgetChangeProposed)
    assert (proposed.previous_budget, proposed.budget, proposed.severity, proposed.round, proposed.document) == (
        1_000_000, 700_000, "behind", "2026-08", "县财预〔2026〕35号",
    )  # fmt: skip
    assert proposed.stream() == "project/CS-1/2026"
    (otherwise, _) = part.when(deciding("cut", budget=600_000))  # type: ignore[misc]
    assert not otherwise.confirmed


def test_a_cut_that_finance_rejects_is_to_be_decided_again() -> None:
    part = TAKEN.then(filling(expected_payments=700_000), PASS, deciding("cut", budget=700_000))
    again = replace(part, events=(*part.events, rejected()))
    decided, proposed = again.when(deciding("cut", budget=800_000))  # type: ignore[misc]
    assert (decided.budget, proposed.budget) == (800_000, 800_000)
    kept = again.then(deciding("keep", reason="本年能支出"))
    assert kept.when(deciding("cut", budget=700_000)) == refusals.RoundPartDecidedAlready("CS-1", "2026-08")
    assert len(again.then(deciding("cut", budget=700_000)).events) == len(again.events) + 2


def test_the_rejection_of_a_units_own_application_or_of_another_round_opens_no_part() -> None:
    part = TAKEN.then(filling(expected_payments=700_000), PASS, deciding("cut", budget=700_000))
    for other in (rejected(round=None), rejected(round="2026-05")):
        told = replace(part, events=(*part.events, other))
        assert told.when(deciding("keep")) == refusals.RoundPartDecidedAlready("CS-1", "2026-08")
    kept = PASSED.then(deciding("keep"))
    told = replace(kept, events=(*kept.events, rejected()))
    assert told.when(deciding("stop")) == refusals.RoundPartDecidedAlready("CS-1", "2026-08")


def rejected(**changes: Any) -> AdjustmentRejected:
    """Finance rejected what the August round proposed."""
    said: dict[str, Any] = {"adjustment": 1, "reason": "合同已签订", "rejected_by": "王芳", "round": "2026-08"}
    return AdjustmentRejected(**ID, **said | changes)


def test_what_is_decided_beside_the_proposal_is_no_confirmation() -> None:
    (decided,) = PASSED.when(deciding("keep", measure=None))  # type: ignore[misc]
    assert (decided.confirmed, decided.budget, decided.measure) == (False, 1_000_000, None)


@pytest.mark.parametrize("budget", [None, 0, 399_999, 1_000_000, 1_000_001])
def test_a_cut_leaves_what_is_paid_and_less_than_is_in_force(budget: int | None) -> None:
    refused = refusals.CutOutOfBounds("CS-1", 400_000, 1_000_000)
    assert PASSED.when(deciding("cut", budget=budget)) == refused


def test_a_cut_starts_from_the_budget_in_force() -> None:
    cut_since = replace(PASSED, events=(*PASSED.events, adjusted(budget=500_000)))
    assert cut_since.when(deciding("cut", budget=600_000)) == refusals.CutOutOfBounds("CS-1", 400_000, 500_000)


def test_suspension_and_stop_are_ordered_at_once() -> None:
    decided, suspended = PASSED.when(deciding("suspend"))  # type: ignore[misc]
    assert isinstance(suspended, ProjectSuspended) and suspended.unspent == 600_000
    again = replace(PASSED, events=(*PASSED.events, suspended))
    assert [type(event) for event in again.then(deciding("suspend")).events[-2:]] == [
        ProjectSuspended, RoundPartDecided,
    ]  # fmt: skip
    decided, stopped = PASSED.when(deciding("stop"))  # type: ignore[misc]
    assert isinstance(stopped, ProjectStopped) and (stopped.freed, decided.budget) == (600_000, 400_000)
    after = replace(PASSED, events=(*PASSED.events, stopped))
    assert after.when(deciding("cut", budget=700_000)) == refusals.ProjectAlreadyStopped("CS-1")
    assert not isinstance(after.when(deciding("keep")), Refusal)


def test_a_correction_is_ordered_for_what_is_open() -> None:
    month = judged("2026-07", findings={"slow-execution": "warning"})
    found = DeviationDetected(
        **ID, period="2026-07", deviation="2026-07/slow-execution", rule="slow-execution", level="warning", judgement=1,
        rules=RULES.reference, execution=Decimal(20), attainment=Decimal(75), time=Decimal("58.33"), mismatch=Decimal(55),
    )  # fmt: skip
    part = replace(BEGUN, events=(*BEGUN.events, month, found)).then(taking(), filling(), PASS)
    _, ordered = part.when(deciding("correct"))  # type: ignore[misc]
    assert isinstance(ordered, CorrectionOrdered)
    assert ordered.deviations == ("2026-07/slow-execution",)
    (alone,) = PASSED.when(deciding("correct"))  # type: ignore[misc]
    assert isinstance(alone, RoundPartDecided)


def test_everything_but_going_on_has_a_measure_with_a_day_ahead() -> None:
    for kind in ("correct", "cut", "suspend", "stop"):
        assert PASSED.when(deciding(kind, measure=None)) == refusals.MeasuresMissing("CS-1")
    endless = MEASURE.model_copy(update={"until": None})
    assert PASSED.when(deciding("correct", measure=endless)) == refusals.DeadlineMissing("CS-1")
    past = MEASURE.model_copy(update={"until": OPENED})
    assert PASSED.when(deciding("stop", measure=past)) == refusals.DeadlineNotAhead(OPENED, OPENED)
