"""What becomes of an order: an answer sent back with a new day, a correction that fails and is escalated, deadlines noticed once."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.decision import Refusal
from contracts.monitoring import (
    AdjustmentUrged,
    MonthFinding,
    SuspensionRecommended,
)
from services.monitoring.domain.corrections import AcceptCorrection, MarkOverdue, ReturnCorrection
from services.monitoring.domain.deadlines import MarkPassed, deadline, working_days_left
from services.monitoring.domain.deviations import ExplainDeviation
from services.monitoring.domain.events import (
    CorrectionAnswered,
    CorrectionEscalated,
    CorrectionOverdue,
    CorrectionReturned,
    DeadlinePassed,
    DeviationExplained,
)
from services.monitoring.domain.orders import UrgeAdjustment
from services.monitoring.domain.refusals import (
    CorrectionAlreadyAccepted,
    CorrectionNotAnswered,
    CorrectionUnknown,
    DeadlineMissing,
    DeadlineNotAhead,
    DeviationClosed,
    DeviationUnknown,
    GoalNotApproved,
    ProjectAlreadyStopped,
    WorkingDaysUnknown,
)
from tests.domain.monitoring.examples import APPROVED, ID, MEASURE, OFFICIAL, RULES, UNIT, Told, adjusted, given, judged
from tests.domain.monitoring.test_months import STOPPED, SUSPENDED, deviated, recommended
from tests.domain.monitoring.test_project import ACCEPTED, ANSWER, ANSWERED, BEHIND, ORDERED

ANSWERED_ON, NEW_DAY = date(2026, 7, 8), date(2026, 7, 24)
RETURN = ReturnCorrection(**ID, order=1, until=NEW_DAY, reason="没有证明材料", rules=RULES)
RETURNED = CorrectionReturned(
    **ID,
    order=1,
    refusal=1,
    reason=RETURN.reason,
    measure=MEASURE.model_copy(update={"until": NEW_DAY}),
    returned_by=str(OFFICIAL),
    returned_on=ANSWERED_ON,
)
MARK = MarkOverdue(**ID, order=1, rules=RULES)


def ordered(*more: object) -> Told:
    return given(APPROVED, *BEHIND, ORDERED, *more).on(ANSWERED_ON)  # type: ignore[arg-type]


def test_an_answer_is_sent_back_with_a_reason_and_a_new_day() -> None:
    back = ordered(ANSWERED).when(RETURN).then(RETURNED)
    correction = back.state.corrections[1]
    assert (correction.answer, correction.refusals, correction.measure.until) == (None, 1, NEW_DAY)
    assert correction.asked == MEASURE
    back.by(UNIT).when(ANSWER).then_kinds(CorrectionAnswered)
    back.when(AcceptCorrection(**ID, order=1, reason="属实")).refused(CorrectionNotAnswered("CS-1", 1))


def test_the_new_day_is_the_one_that_counts() -> None:
    back = ordered(ANSWERED, RETURNED)
    assert isinstance(back.on(NEW_DAY).decided(MARK), Refusal)
    (overdue, *_) = (
        back.on(date(2026, 7, 25)).when(MARK).then_kinds(CorrectionOverdue, CorrectionEscalated, SuspensionRecommended)
    )
    assert overdue.until == NEW_DAY


@pytest.mark.parametrize(
    ("past", "changed", "refusal"),
    [
        ((), {}, CorrectionNotAnswered("CS-1", 1)),
        ((ANSWERED,), {"until": None}, DeadlineMissing("CS-1")),
        ((ANSWERED,), {"until": ANSWERED_ON}, DeadlineNotAhead(ANSWERED_ON, ANSWERED_ON)),
        ((ANSWERED,), {"order": 2}, CorrectionUnknown("CS-1", 2)),
        ((ANSWERED, ACCEPTED), {}, CorrectionAlreadyAccepted("CS-1", 1)),
        ((ANSWERED, STOPPED), {}, ProjectAlreadyStopped("CS-1")),
    ],
)
def test_what_cannot_be_sent_back_is_refused(
    past: tuple[object, ...], changed: dict[str, object], refusal: Refusal
) -> None:
    command = ReturnCorrection(**{**ID, "order": 1, "until": NEW_DAY, "reason": "又", "rules": RULES, **changed})
    ordered(*past).when(command).refused(refusal)


def test_an_answer_refused_as_often_as_the_rules_allow_escalates_the_correction_once() -> None:
    again = ordered(ANSWERED, RETURNED, ANSWERED)
    second = ReturnCorrection(**ID, order=1, until=NEW_DAY, reason="仍未追上", rules=RULES)
    (returned, escalated, suspension) = again.when(second).then_kinds(
        CorrectionReturned, CorrectionEscalated, SuspensionRecommended
    )
    assert (returned.refusal, escalated.cause, escalated.to) == (2, "refused", ORDERED.ordered_by)
    assert suspension.grounds == (MonthFinding(rule="behind-goal", level="warning"),)
    assert (suspension.correction, suspension.period) == (1, "2026-05")
    third = Told((*again.events, returned, escalated, suspension, ANSWERED), ANSWERED_ON)
    third.when(ReturnCorrection(**ID, order=1, until=NEW_DAY, reason="三", rules=RULES)).then_kinds(CorrectionReturned)


def test_an_overdue_correction_is_escalated_to_who_ordered_it() -> None:
    (_, escalated, suspension) = (
        ordered()
        .on(date(2026, 7, 11))
        .when(MARK)
        .then_kinds(CorrectionOverdue, CorrectionEscalated, SuspensionRecommended)
    )
    assert (escalated.cause, escalated.to, suspension.correction) == ("overdue", "赵强 (official, finance)", 1)


@pytest.mark.parametrize(
    "past",
    [
        (SUSPENDED,),
        (recommended(SuspensionRecommended, "2026-05"),),
        (judged("2026-05", 2, as_of=date(2026, 7, 1)),),  # the deviation is over
        (judged("2026-05", 2, as_of=date(2026, 7, 1), findings={"behind-goal": "notice"}), SUSPENDED),
    ],
)
def test_no_suspension_is_recommended_where_there_is_no_need(past: tuple[object, ...]) -> None:
    ordered(*past).on(date(2026, 7, 11)).when(MARK).then_kinds(CorrectionOverdue, CorrectionEscalated)


def test_a_notice_alone_recommends_no_suspension() -> None:
    mild = (judged("2026-05", findings={"behind-goal": "notice"}), deviated("2026-05", "behind-goal", "notice"))
    given(APPROVED, *mild, ORDERED).on(date(2026, 7, 11)).when(MARK).then_kinds(CorrectionOverdue, CorrectionEscalated)


def test_of_a_stopped_project_nothing_is_overdue() -> None:
    ordered(STOPPED).on(date(2026, 7, 20)).when(MARK).then()


# notices


EXPLAIN = ExplainDeviation(**ID, deviation="2026-05/behind-goal", text="汛期停工", evidence=("通知.pdf",))


def test_a_unit_says_what_a_deviation_comes_from() -> None:
    given(APPROVED, *BEHIND).by(UNIT).when(EXPLAIN).then(
        DeviationExplained(
            **ID,
            deviation=EXPLAIN.deviation,
            text="汛期停工",
            evidence=("通知.pdf",),
            explained_by="李明 (unit, department-03)",
            explained_on=date(2026, 6, 15),
        )
    )


def test_only_an_open_deviation_is_explained() -> None:
    given().when(EXPLAIN).refused(GoalNotApproved("CS-1", 2026))
    given(APPROVED).when(EXPLAIN).refused(DeviationUnknown("CS-1", (EXPLAIN.deviation,)))
    given(APPROVED, *BEHIND, judged("2026-06", 2)).when(EXPLAIN).refused(DeviationClosed("CS-1", (EXPLAIN.deviation,)))


# the deadlines of other orders


URGE = UrgeAdjustment(**ID, cause="policy", reason="补助提高", document="文", until=date(2026, 8, 28))


def test_an_urging_has_a_day_and_is_done_when_the_goal_is_adjusted() -> None:
    urged = given(APPROVED).when(URGE).and_so()
    assert urged.state.urged[0].open
    urged.on(date(2026, 8, 28)).when(MarkPassed(**ID, of="urging")).then()
    passed = DeadlinePassed(**ID, of="urging", until=date(2026, 8, 28), noticed_on=date(2026, 8, 29))
    late = urged.on(date(2026, 8, 29)).when(MarkPassed(**ID, of="urging")).then(passed)
    assert late.state.urged[0].passed
    done = Told((*urged.events, adjusted()))
    assert not done.state.urged[0].open
    done.on(date(2026, 8, 29)).when(MarkPassed(**ID, of="urging")).then()
    Told(done.events).when(URGE).then_kinds(AdjustmentUrged)


def test_an_urging_by_a_day_that_is_not_ahead_is_refused() -> None:
    given(APPROVED).on(date(2026, 8, 28)).when(URGE).refused(DeadlineNotAhead(date(2026, 8, 28), date(2026, 8, 28)))


def test_the_measures_of_an_order_have_a_day_that_passes_once() -> None:
    timely = SUSPENDED.model_copy(update={"measures": (MEASURE, MEASURE.model_copy(update={"until": None}))})
    story = given(APPROVED, timely)
    story.on(date(2026, 7, 10)).when(MarkPassed(**ID, of="suspension")).then()
    story.on(date(2026, 7, 11)).when(MarkPassed(**ID, of="stop")).then()
    story.on(date(2026, 7, 11)).when(MarkPassed(**ID, of="suspension")).then_kinds(DeadlinePassed)
    given().when(MarkPassed(**ID, of="stop")).refused(GoalNotApproved("CS-1", 2026))


def test_deadlines_are_counted_in_working_days() -> None:
    assert deadline(date(2026, 9, 28), 3) == date(2026, 10, 8)  # 国庆节 1–7 October
    assert deadline(date(2099, 12, 30), 10) == WorkingDaysUnknown(10, date(2099, 12, 30))
    assert working_days_left(date(2026, 9, 28), date(2026, 10, 8)) == 3
    assert working_days_left(date(2026, 10, 8), date(2026, 9, 28)) == -3
    assert working_days_left(date(2026, 10, 8), date(2026, 10, 8)) == 0
    assert working_days_left(date(2099, 1, 1), date(2099, 1, 9)) is None
