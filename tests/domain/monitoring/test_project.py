"""Reports, corrections and orders: every command, every refusal; the fold takes everything."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.decision import Refusal
from contracts.evaluation import EvaluationCompleted, ScorePart
from contracts.event import Event
from contracts.goals import GoalAdjusted
from contracts.monitoring import (
    AdjustmentUrged,
    CorrectionOrdered,
    Measure,
    ProgressReported,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
    SuspensionRecommended,
)
from services.monitoring.domain import EVENTS, INITIAL, evolve
from services.monitoring.domain.corrections import (
    AcceptCorrection,
    AnswerCorrection,
    MarkOverdue,
    OrderCorrection,
)
from services.monitoring.domain.decider import Command
from services.monitoring.domain.events import (
    CorrectionAccepted,
    CorrectionAnswered,
    CorrectionEscalated,
    CorrectionOverdue,
)
from services.monitoring.domain.orders import ResumeProject, StopProject, SuspendProject, UrgeAdjustment
from services.monitoring.domain.refusals import (
    CorrectionAlreadyAccepted,
    CorrectionNotAnswered,
    CorrectionNotOverdue,
    CorrectionUnknown,
    DeadlineMissing,
    DeadlineNotAhead,
    DeviationClosed,
    DeviationUnknown,
    GoalNotApproved,
    IndicatorUnknown,
    MeasuresMissing,
    PeriodNotBegun,
    PeriodOutsideYear,
    ProjectAlreadyStopped,
    ProjectAlreadySuspended,
    ProjectNotSuspended,
    ReportEmpty,
)
from services.monitoring.domain.reports import ReportProgress
from tests.domain.monitoring.examples import (
    APPROVED,
    ID,
    MEASURE,
    RULES,
    UNIT,
    adjusted,
    given,
    judge_month,
    judged,
    reported,
)
from tests.domain.monitoring.test_months import RESUMED, STOPPED, SUSPENDED, deviated

TODAY = date(2026, 6, 15)
BEHIND = (judged("2026-05", findings={"behind-goal": "warning"}), deviated("2026-05", "behind-goal", "warning"))
ORDER = OrderCorrection(**ID, deviations=("2026-05/behind-goal",), measure=MEASURE, reason="落后三十个百分点")
ORDERED = CorrectionOrdered(
    **ID,
    order=1,
    deviations=ORDER.deviations,
    measure=MEASURE,
    reason=ORDER.reason,
    ordered_by="赵强 (official, finance)",
    ordered_on=TODAY,
)
ANSWERED = CorrectionAnswered(
    **ID, order=1, text="已追上", evidence=("日志.pdf",), answered_by="李明 (unit, department-03)", answered_on=TODAY
)
ACCEPTED = CorrectionAccepted(**ID, order=1, reason="属实", accepted_by="赵强 (official, finance)", accepted_on=TODAY)
OVERDUE = CorrectionOverdue(**ID, order=1, until=date(2026, 7, 10), noticed_on=date(2026, 7, 11))
ANSWER = AnswerCorrection(**ID, order=1, text="已追上", evidence=("日志.pdf",))
ACCEPT = AcceptCorrection(**ID, order=1, reason="属实")
SUSPEND = SuspendProject(**ID, measures=(MEASURE,), reason="不匹配", paid=300_000)
STOP = StopProject(**ID, measures=(MEASURE,), reason="无绩效", paid=300_000)
RESUME = ResumeProject(**ID, reason="已整改", document="县财预〔2026〕30号")
URGE = UrgeAdjustment(**ID, cause="policy", reason="补助提高", document="省财农〔2026〕8号")
VALUES = {"canal": Decimal("31.5"), "words": Decimal(1)}
REPORT = ReportProgress(**ID, period="2026-05", values=VALUES, implementation="一期完工", evidence=("月报.pdf",))


@pytest.mark.parametrize(
    "command",
    [
        REPORT,
        judge_month("2026-05"),
        ORDER,
        ANSWER,
        ACCEPT,
        MarkOverdue(**ID, order=1, rules=RULES),
        URGE,
        SUSPEND,
        STOP,
        RESUME,
    ],
)
def test_nothing_is_done_to_a_project_without_an_approved_goal(command: Command) -> None:
    given().when(command).refused(GoalNotApproved("CS-1", 2026))


# reports


def test_a_unit_reports_a_month() -> None:
    given(APPROVED).by(UNIT).when(REPORT).then(
        ProgressReported(
            **ID,
            period="2026-05",
            report=1,
            received=TODAY,
            values=VALUES,
            implementation="一期完工",
            evidence=("月报.pdf",),
            supplied_by="department-03",
        )
    )


def test_another_report_for_the_month_stands_beside_the_first() -> None:
    story = given(APPROVED, reported("2026-05", TODAY)).by(UNIT)
    corrected = story.when(ReportProgress(**ID, period="2026-05", values={"canal": Decimal(61)}, expected="low"))
    (report,) = corrected.then_kinds(ProgressReported)
    assert (report.report, report.expected) == (2, "low")
    assert [each.period for each in corrected.and_so().state.reports] == ["2026-05", "2026-05"]


def test_the_same_report_on_a_later_day_is_no_new_one() -> None:
    story = given(APPROVED).by(UNIT).when(REPORT).and_so()
    story.on(date(2026, 6, 20)).when(REPORT).then()


@pytest.mark.parametrize(
    ("report", "refusal"),
    [
        (ReportProgress(**ID, period="2025-12", values=VALUES), PeriodOutsideYear("2025-12", 2026)),
        (ReportProgress(**ID, period="2026-07", values=VALUES), PeriodNotBegun("2026-07", TODAY)),
        (
            ReportProgress(**ID, period="2026-05", values={"z": Decimal(1), "canal": Decimal(1), "b": Decimal(1)}),
            IndicatorUnknown("CS-1", ("b", "z")),
        ),
        (ReportProgress(**ID, period="2026-05", values={}), ReportEmpty("CS-1", "2026-05")),
    ],
)
def test_a_report_that_cannot_be_is_refused(report: ReportProgress, refusal: Refusal) -> None:
    given(APPROVED).when(report).refused(refusal)


def test_a_report_may_say_only_what_the_unit_expects() -> None:
    given(APPROVED).when(ReportProgress(**ID, period="2026-06", values={}, expected="none")).then_kinds(
        ProgressReported
    )


def test_an_adjusted_goal_takes_other_indicators() -> None:
    story = given(APPROVED, adjusted()).by(UNIT)
    story.when(REPORT).refused(IndicatorUnknown("CS-1", ("words",)))
    assert story.state.goal is not None
    assert (story.state.goal.budget, story.state.goal.approved_on) == (2_000_000, APPROVED.approved_on)


# corrections


def test_an_official_orders_a_correction_by_a_day() -> None:
    given(APPROVED, *BEHIND).when(ORDER).then(ORDERED)


def order(**changes: Any) -> OrderCorrection:
    return OrderCorrection(**{**ID, "deviations": ORDER.deviations, "measure": MEASURE, "reason": "落后", **changes})


def until(day: date | None) -> Measure:
    return MEASURE.model_copy(update={"until": day})


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (order(deviations=()), DeviationUnknown("CS-1", ())),
        (
            order(deviations=("2026-05/behind-goal", "2026-05/mismatch")),
            DeviationUnknown("CS-1", ("2026-05/mismatch",)),
        ),
        (order(measure=until(None)), DeadlineMissing("CS-1")),
        (order(measure=until(TODAY)), DeadlineNotAhead(TODAY, TODAY)),
    ],
)
def test_an_order_that_cannot_be_is_refused(command: OrderCorrection, refusal: Refusal) -> None:
    given(APPROVED, *BEHIND).when(command).refused(refusal)


def test_a_deviation_that_is_over_is_not_corrected() -> None:
    over = judged("2026-06", 2)
    given(APPROVED, *BEHIND, over).when(ORDER).refused(DeviationClosed("CS-1", ORDER.deviations))


def test_a_second_order_has_the_next_number() -> None:
    (second,) = given(APPROVED, *BEHIND, ORDERED).when(order(reason="仍未追上")).then_kinds(CorrectionOrdered)
    assert second.order == 2


def test_the_unit_answers_and_the_official_accepts() -> None:
    ordered = given(APPROVED, *BEHIND, ORDERED)
    ordered.by(UNIT).when(ANSWER).then(ANSWERED)
    answered = given(APPROVED, *BEHIND, ORDERED, ANSWERED)
    answered.by(UNIT).when(AnswerCorrection(**ID, order=1, text="补充说明")).then_kinds(CorrectionAnswered)
    answered.when(ACCEPT).then(ACCEPTED)


def test_a_late_answer_is_taken() -> None:
    late = given(APPROVED, *BEHIND, ORDERED, OVERDUE).by(UNIT).on(date(2026, 7, 20))
    late.when(ANSWER).then_kinds(CorrectionAnswered)


@pytest.mark.parametrize("command", [ANSWER, ACCEPT, MarkOverdue(**ID, order=1, rules=RULES)])
def test_what_was_not_ordered_is_neither_answered_nor_accepted_nor_overdue(command: Command) -> None:
    given(APPROVED, *BEHIND).when(command).refused(CorrectionUnknown("CS-1", 1))


def test_what_was_not_answered_is_not_accepted() -> None:
    given(APPROVED, *BEHIND, ORDERED).when(ACCEPT).refused(CorrectionNotAnswered("CS-1", 1))


def test_what_was_accepted_is_neither_answered_nor_accepted_again() -> None:
    accepted = given(APPROVED, *BEHIND, ORDERED, ANSWERED, ACCEPTED)
    accepted.when(AnswerCorrection(**ID, order=1, text="又")).refused(CorrectionAlreadyAccepted("CS-1", 1))
    accepted.when(AcceptCorrection(**ID, order=1, reason="又")).refused(CorrectionAlreadyAccepted("CS-1", 1))


def test_a_deadline_missed_is_noticed_once_on_the_day_after() -> None:
    mark, story = MarkOverdue(**ID, order=1, rules=RULES), given(APPROVED, *BEHIND, ORDERED)
    story.on(date(2026, 7, 10)).when(mark).refused(CorrectionNotOverdue("CS-1", 1, date(2026, 7, 10)))
    (overdue, *_) = (
        story.on(date(2026, 7, 11)).when(mark).then_kinds(CorrectionOverdue, CorrectionEscalated, SuspensionRecommended)
    )
    assert overdue == OVERDUE
    given(APPROVED, *BEHIND, ORDERED, ANSWERED).on(date(2026, 7, 11)).when(mark).then()


# orders


def test_an_official_suspends_with_or_without_a_recommendation() -> None:
    given(APPROVED).when(SUSPEND).then(
        ProjectSuspended(
            **ID,
            measures=(MEASURE,),
            reason="不匹配",
            unspent=700_000,
            ordered_by="赵强 (official, finance)",
            ordered_on=TODAY,
        )
    )


def test_a_stop_frees_what_is_not_spent_and_never_less_than_nothing() -> None:
    (stopped,) = given(APPROVED, SUSPENDED).when(STOP).then_kinds(ProjectStopped)
    assert stopped.freed == 700_000
    overspent = StopProject(**ID, measures=(MEASURE,), reason="超支", paid=1_200_000)
    (stopped,) = given(APPROVED).when(overspent).then_kinds(ProjectStopped)
    assert stopped.freed == 0


def test_a_suspended_project_is_resumed() -> None:
    story = given(APPROVED, SUSPENDED).when(RESUME)
    story.then(
        ProjectResumed(
            **ID,
            reason="已整改",
            document="县财预〔2026〕30号",
            ordered_by="赵强 (official, finance)",
            ordered_on=TODAY,
        )
    )
    assert story.and_so().state.status == "active"
    story.and_so().when(SUSPEND).then_kinds(ProjectSuspended)


@pytest.mark.parametrize("command", [SUSPEND, STOP])
def test_an_order_says_at_least_one_measure_with_a_day_ahead(command: SuspendProject | StopProject) -> None:
    kind = type(command)
    given(APPROVED).when(kind(**ID, measures=(), reason="r", paid=0)).refused(MeasuresMissing("CS-1"))
    past = kind(**ID, measures=(until(None), until(TODAY)), reason="r", paid=0)
    given(APPROVED).when(past).refused(DeadlineNotAhead(TODAY, TODAY))
    given(APPROVED).when(kind(**ID, measures=(until(None),), reason="r", paid=0)).and_so()


def test_a_suspended_project_is_not_suspended_again() -> None:
    other = SuspendProject(**ID, measures=(MEASURE,), reason="另一理由", paid=0)
    given(APPROVED, SUSPENDED).when(other).refused(ProjectAlreadySuspended("CS-1"))


def test_an_active_project_is_not_resumed() -> None:
    given(APPROVED).when(RESUME).refused(ProjectNotSuspended("CS-1"))
    given(APPROVED, SUSPENDED, RESUMED).when(RESUME).refused(ProjectNotSuspended("CS-1"))


@pytest.mark.parametrize(
    "command", [SUSPEND, RESUME, URGE, ORDER, StopProject(**ID, measures=(MEASURE,), reason="另一理由", paid=0)]
)
def test_of_a_stopped_project_nothing_more_is_ordered(command: Command) -> None:
    given(APPROVED, *BEHIND, STOPPED).when(command).refused(ProjectAlreadyStopped("CS-1"))


def test_an_official_urges_an_adjustment() -> None:
    given(APPROVED).when(URGE).then(
        AdjustmentUrged(
            **ID,
            cause="policy",
            reason="补助提高",
            document="省财农〔2026〕8号",
            urged_by="赵强 (official, finance)",
            urged_on=TODAY,
        )
    )


# the fold


def test_the_fold_takes_every_event_in_any_order() -> None:
    evaluated = EvaluationCompleted(
        subject_kind="project",
        project="CS-1",
        unit="department-03",
        year=2026,
        evaluation=1,
        scheme="mof-2020-10@1",
        audience="public",
        parts=(ScorePart(id="execution", points=Decimal(10), of=Decimal(10)),),
        total=Decimal(55),
        grade="poor",
        evaluated_by="孙丽",
        evaluated_on=date(2027, 1, 25),
    )
    events: list[Event] = [
        ACCEPTED, OVERDUE, ANSWERED, adjusted(), evaluated, RESUMED, SUSPENDED, STOPPED, *BEHIND, ORDERED, APPROVED,
        reported("2026-05", TODAY),
    ]  # fmt: skip
    assert {type(event) for event in events} <= set(EVENTS)
    state = INITIAL
    for event in (*events, *reversed(events)):
        state = evolve(state, event)
    assert state.goal is not None
    assert evolve(INITIAL, ANSWERED) == INITIAL
    assert evolve(state, evaluated) == state


def test_an_adjustment_heard_before_any_approval_is_a_goal_as_far_as_it_says() -> None:
    event: GoalAdjusted = adjusted()
    goal = evolve(INITIAL, event).goal
    assert goal is not None
    assert (goal.budget, goal.currency, goal.approved_on) == (2_000_000, "CNY", event.adjusted_on)
