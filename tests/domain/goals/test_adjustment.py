"""An approved goal changes: applied for, reviewed, approved or rejected, goals and budget together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.goals import AdjustmentRejected, GoalAdjusted, ReviewFinding
from contracts.monitoring import ProjectResumed, ProjectStopped, ProjectSuspended
from services.goals.domain import refusals
from services.goals.domain.adjustment import (
    AdjustmentApplied,
    ApplyForAdjustment,
    ApproveAdjustment,
    GoalsAndBudget,
    RejectAdjustment,
)
from tests.domain.goals.scenario import (
    CANAL,
    FARMERS,
    FINANCE,
    PROJECT,
    RULES,
    TODAY,
    UNIT,
    YEAR,
    YIELD,
    approved,
    given,
    passed,
    submitted,
)

AT = (PROJECT, YEAR)
LONGER = CANAL.model_copy(update={"target": Decimal(130), "schedule": {"2026-12": Decimal(130)}})
MORE = GoalsAndBudget(budget=520_000_000, annual=(LONGER, YIELD, FARMERS))
APPROVED = (submitted(), passed(), approved())
APPLY = ApplyForAdjustment(*AT, cause="policy", reason="上级补助标准提高", asked=MORE, rules=RULES)
APPROVE = ApproveAdjustment(*AT, adjustment=1, document="县财预〔2026〕31号")
REJECT = RejectAdjustment(*AT, adjustment=1, reason="依据不足")


def applied(number: int = 1, **changes: Any) -> AdjustmentApplied:
    return AdjustmentApplied(
        project=PROJECT,
        year=YEAR,
        adjustment=number,
        cause="policy",
        reason="上级补助标准提高",
        asked=MORE,
        rules=RULES.reference,
        findings=(),
        applied_by=str(UNIT),
    ).model_copy(update=changes)


def adjusted(day: date = date(2026, 8, 20)) -> GoalAdjusted:
    return GoalAdjusted(
        project=PROJECT,
        year=YEAR,
        adjustment=1,
        cause="policy",
        reason="上级补助标准提高",
        previous_budget=480_000_000,
        budget=520_000_000,
        adjusted_on=day,
        document="县财预〔2026〕31号",
        annual=MORE.annual,
        adjusted_by=str(FINANCE),
    )


def asking(**changes: Any) -> ApplyForAdjustment:
    """The application, for other goals or another budget."""
    return replace(APPLY, asked=MORE.model_copy(update=changes))


REJECTED = AdjustmentRejected(
    project=PROJECT, year=YEAR, adjustment=1, reason="依据不足", rejected_by=str(FINANCE), rejected_on=TODAY
)
_ORDER: dict[str, Any] = {"project": PROJECT, "year": YEAR, "reason": "资金与产出严重不匹配", "ordered_by": "赵强"}
SUSPENDED = ProjectSuspended(**_ORDER, measures=(), unspent=1, ordered_on=date(2026, 7, 15))
STOPPED = ProjectStopped(**_ORDER, measures=(), freed=91_200_000, ordered_on=date(2026, 10, 15))
RESUMED = ProjectResumed(**_ORDER, document="县财预〔2026〕30号", ordered_on=date(2026, 8, 20))


class TestApplying:
    def test_a_unit_applies_for_goals_and_budget_together(self) -> None:
        given(*APPROVED).when(APPLY, by=UNIT).then(applied())

    def test_again_is_nothing_new(self) -> None:
        given(*APPROVED, applied()).when(APPLY, by=UNIT).nothing()
        given(*APPROVED, applied(), adjusted()).when(APPLY, by=UNIT).nothing()

    def test_only_an_approved_goal_is_adjusted(self) -> None:
        for past in ((), (submitted(),), (submitted(), passed())):
            given(*past).when(APPLY, by=UNIT).refused(refusals.GoalNotApproved(*AT))

    def test_a_stopped_project_is_not_adjusted(self) -> None:
        given(*APPROVED, STOPPED).when(APPLY, by=UNIT).refused(refusals.ExecutionStopped(*AT))
        given(*APPROVED, STOPPED, RESUMED).when(APPLY, by=UNIT).refused(refusals.ExecutionStopped(*AT))

    def test_a_suspended_or_resumed_one_is(self) -> None:
        given(*APPROVED, SUSPENDED).when(APPLY, by=UNIT).then(applied())
        given(*APPROVED, SUSPENDED, RESUMED).when(APPLY, by=UNIT).then(applied())

    def test_the_budget_stays_above_zero(self) -> None:
        given(*APPROVED).when(asking(budget=0), by=UNIT).refused(refusals.BudgetNotPositive(*AT, budget=0))

    def test_it_says_why(self) -> None:
        given(*APPROVED).when(replace(APPLY, reason=" "), by=UNIT).refused(refusals.ReasonMissing(*AT))

    def test_it_changes_something(self) -> None:
        same = asking(budget=480_000_000, annual=(CANAL, YIELD, FARMERS))
        given(*APPROVED).when(same, by=UNIT).refused(refusals.NothingToAdjust(*AT))

    def test_one_application_waits_at_a_time(self) -> None:
        given(*APPROVED, applied()).when(asking(budget=530_000_000), by=UNIT).refused(
            refusals.AdjustmentPending(*AT, adjustment=1)
        )

    def test_the_rejected_application_itself_is_refused(self) -> None:
        given(*APPROVED, applied(), REJECTED).when(APPLY, by=UNIT).refused(
            refusals.AdjustmentUnchanged(*AT, adjustment=1)
        )

    def test_with_another_reason_it_is_the_next(self) -> None:
        given(*APPROVED, applied(), REJECTED).when(replace(APPLY, reason="补充依据"), by=UNIT).then(
            applied(2, reason="补充依据")
        )


class TestReviewOfTheAdjusted:
    def test_indicators_pass_the_same_rules(self) -> None:
        vague = LONGER.model_copy(update={"unit": None, "schedule": {"2026-12": Decimal(120)}, "weight": Decimal(40)})
        given(*APPROVED).when(asking(annual=(vague, YIELD, FARMERS)), by=UNIT).refused(
            refusals.AdjustmentNotPassed.because(
                *AT,
                rules=RULES.reference,
                findings=(
                    ReviewFinding(where="canal", rule="not-quantified", level="return"),
                    ReviewFinding(where="canal", rule="schedule-not-reaching-target", level="return"),
                    ReviewFinding(where="output", rule="weights", level="return"),
                ),
            )
        )

    def test_the_medium_term_keeps_its_part_of_the_year(self) -> None:
        other = LONGER.model_copy(update={"id": "ditch"})
        given(*APPROVED).when(asking(annual=(other, YIELD, FARMERS)), by=UNIT).refused(
            refusals.AdjustmentNotPassed.because(
                *AT,
                rules=RULES.reference,
                findings=(ReviewFinding(where="canal", rule="not-decomposed", level="return"),),
            )
        )

    def test_advice_does_not_stand_in_the_way_and_is_kept(self) -> None:
        unscheduled = LONGER.model_copy(update={"schedule": {}})
        annual = (unscheduled, YIELD, FARMERS)
        advice = (ReviewFinding(where="canal", rule="no-schedule", level="advice"),)
        given(*APPROVED).when(asking(annual=annual), by=UNIT).then(
            applied(asked=asking(annual=annual).asked, findings=advice)
        )

    def test_ex_ante_and_items_are_not_asked_again(self) -> None:
        past = (submitted(ex_ante=None, items=()), passed(), approved())
        given(*past).when(APPLY, by=UNIT).then(applied())


class TestDeciding:
    PAST = (*APPROVED, applied())

    def test_finance_approves_on_a_document(self) -> None:
        given(*self.PAST).when(APPROVE, day=date(2026, 8, 20)).then(adjusted())

    def test_again_is_nothing_new(self) -> None:
        given(*self.PAST, adjusted()).when(APPROVE).nothing()
        given(*self.PAST, REJECTED).when(REJECT).nothing()

    def test_finance_rejects_with_a_reason(self) -> None:
        given(*self.PAST).when(REJECT).then(REJECTED)

    def test_what_is_decided_stays_decided(self) -> None:
        approved_before = refusals.AdjustmentDecided(*AT, adjustment=1, decision="approved")
        rejected_before = refusals.AdjustmentDecided(*AT, adjustment=1, decision="rejected")
        given(*self.PAST, adjusted()).when(replace(APPROVE, document="另文")).refused(approved_before)
        given(*self.PAST, adjusted()).when(REJECT).refused(approved_before)
        given(*self.PAST, REJECTED).when(replace(REJECT, reason="另因")).refused(rejected_before)
        given(*self.PAST, REJECTED).when(APPROVE).refused(rejected_before)

    def test_an_unknown_application_is_told(self) -> None:
        for command in (replace(APPROVE, adjustment=2), replace(REJECT, adjustment=2)):
            given(*self.PAST).when(command).refused(refusals.AdjustmentUnknown(*AT, adjustment=2))

    def test_the_ground_is_named(self) -> None:
        given(*self.PAST).when(replace(APPROVE, document=" ")).refused(refusals.DocumentMissing(*AT))
        given(*self.PAST).when(replace(REJECT, reason="")).refused(refusals.ReasonMissing(*AT))

    def test_after_a_stop_it_can_only_be_rejected(self) -> None:
        given(*self.PAST, STOPPED).when(APPROVE).refused(refusals.ExecutionStopped(*AT))
        given(*self.PAST, STOPPED).when(REJECT).then(REJECTED)

    def test_the_next_starts_from_the_budget_in_force(self) -> None:
        back = applied(2, reason="补助标准下调", asked=MORE.model_copy(update={"budget": 480_000_000}))
        result = given(*self.PAST, adjusted(), back).when(replace(APPROVE, adjustment=2)).result
        assert isinstance(result, tuple)
        assert [(event.previous_budget, event.budget) for event in result if isinstance(event, GoalAdjusted)] == [
            (520_000_000, 480_000_000)
        ]
