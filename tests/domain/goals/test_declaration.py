"""A declaration on its way: submitted, reviewed, returned, refused, approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from contracts.goals import GoalRefused, GoalReturned, ReviewFinding
from contracts.monitoring import AdjustmentUrged
from services.goals.domain import declaration, refusals
from services.goals.domain.declaration import ApproveGoal, ReturnDeclaration, ReviewDeclaration
from tests.domain.goals.scenario import (
    CANAL,
    FARMERS,
    FINANCE,
    PROJECT,
    RULES,
    UNIT,
    YEAR,
    YIELD,
    approved,
    given,
    passed,
    submission,
    submitted,
)

AT = (PROJECT, YEAR)
REVIEW = ReviewDeclaration(*AT, rules=RULES)
LIGHT = FARMERS.model_copy(update={"weight": Decimal(5)})
WEIGHTS = ReviewFinding(where="satisfaction", rule="weights", level="return")


def returned(number: int = 1, reason: str = "", by_hand: bool = False) -> GoalReturned:
    return GoalReturned(
        project=PROJECT,
        year=YEAR,
        submission=number,
        rules="" if by_hand else RULES.reference,
        findings=() if by_hand else (WEIGHTS,),
        reason=reason,
        returned_by=str(FINANCE),
    )


def refused() -> GoalRefused:
    return GoalRefused(
        project=PROJECT,
        year=YEAR,
        submission=1,
        rules=RULES.reference,
        findings=(ReviewFinding(where="ex_ante", rule="no-ex-ante-evaluation", level="blocker"),),
        reason="",
        refused_by=str(FINANCE),
    )


class TestSubmitting:
    def test_a_unit_declares(self) -> None:
        given().when(submission(), by=UNIT).then(submitted(1))

    def test_again_with_the_same_content_is_nothing_new(self) -> None:
        for past in ((submitted(),), (submitted(), passed()), (submitted(), passed(), approved())):
            given(*past).when(submission(), by=UNIT).nothing()

    def test_after_a_return_the_submission_rises(self) -> None:
        past = (submitted(annual=(CANAL, YIELD, LIGHT)), returned())
        given(*past).when(submission(), by=UNIT).then(submitted(2))

    def test_the_returned_declaration_itself_is_refused(self) -> None:
        given(submitted(), returned(reason="与职能无关", by_hand=True)).when(submission(), by=UNIT).refused(
            refusals.DeclarationUnchanged(*AT, submission=1)
        )

    def test_another_content_waits_until_the_first_is_returned(self) -> None:
        for past in ((submitted(),), (submitted(), passed())):
            given(*past).when(submission(name="另一名称"), by=UNIT).refused(
                refusals.DeclarationUnderReview(*AT, submission=1)
            )

    def test_a_code_belongs_to_the_unit_that_declared_it(self) -> None:
        given(submitted(), returned()).when(submission(unit="town-2"), by=UNIT).refused(
            refusals.ProjectOfAnotherUnit(*AT, unit="department-03")
        )

    def test_an_approved_goal_is_not_declared_again(self) -> None:
        given(submitted(), passed(), approved()).when(submission(budget=1), by=UNIT).refused(
            refusals.AlreadyApproved(*AT, document="县财预〔2026〕3号")
        )

    def test_a_refused_project_is_not_declared_again_in_the_year(self) -> None:
        for again in (submission(), submission(name="另一名称")):
            given(submitted(), refused()).when(again, by=UNIT).refused(refusals.DeclarationRefused(*AT, submission=1))

    def test_a_budget_is_above_zero(self) -> None:
        for budget in (0, -1):
            given().when(submission(budget=budget), by=UNIT).refused(refusals.BudgetNotPositive(*AT, budget=budget))


class TestReviewing:
    def test_a_sound_declaration_passes(self) -> None:
        given(submitted()).when(REVIEW).then(passed())

    def test_a_finding_to_mend_returns_it_with_every_finding(self) -> None:
        given(submitted(annual=(CANAL, YIELD, LIGHT))).when(REVIEW).then(returned())

    def test_a_blocker_refuses_it(self) -> None:
        given(submitted(ex_ante=None)).when(REVIEW).then(refused())

    def test_the_reason_that_finance_adds_is_kept(self) -> None:
        given(submitted(annual=(CANAL, YIELD, LIGHT))).when(replace(REVIEW, reason="满意度权重不足")).then(
            returned(reason="满意度权重不足")
        )

    def test_each_submission_is_reviewed_once(self) -> None:
        for past in ((passed(),), (returned(),), (refused(),), (passed(), approved())):
            given(submitted(), *past).when(REVIEW).nothing()

    def test_the_next_submission_is_reviewed_anew(self) -> None:
        given(submitted(annual=(CANAL, YIELD, LIGHT)), returned(), submitted(2)).when(REVIEW).then(passed(2))

    def test_nothing_declared_nothing_reviewed(self) -> None:
        given().when(REVIEW).refused(refusals.NotDeclared(*AT))

    def test_what_lies_with_its_unit_is_not_reviewed(self) -> None:
        given(submitted(), returned(reason="与职能无关", by_hand=True)).when(REVIEW).refused(
            refusals.DeclarationReturned(*AT, submission=1)
        )

    def test_a_project_under_the_scheme_of_2021_is_reviewed_by_its_weights(self) -> None:
        annual = (
            CANAL.model_copy(update={"weight": Decimal(40)}),
            CANAL.model_copy(
                update={"id": "per-km", "dimension": "cost", "direction": "at_most", "weight": Decimal(20)}
            ),
            YIELD.model_copy(update={"weight": Decimal(20)}),
            FARMERS,
        )
        given(submitted(scheme="mof-2021-101", annual=annual)).when(REVIEW).then(passed())


class TestReturning:
    RETURN = ReturnDeclaration(*AT, reason="与职能无关")

    def test_finance_returns_what_the_rules_would_pass(self) -> None:
        given(submitted()).when(self.RETURN).then(returned(reason="与职能无关", by_hand=True))

    def test_a_passed_declaration_goes_back_with_its_review(self) -> None:
        result = given(submitted(), passed()).when(self.RETURN).result
        assert isinstance(result, tuple)
        assert [type(event) for event in result] == [GoalReturned]
        assert getattr(result[0], "rules", None) == RULES.reference

    def test_again_is_nothing_new(self) -> None:
        given(submitted(), returned(reason="与职能无关", by_hand=True)).when(self.RETURN).nothing()

    def test_it_says_why(self) -> None:
        given(submitted()).when(ReturnDeclaration(*AT, reason=" ")).refused(refusals.ReasonMissing(*AT))

    def test_only_what_lies_with_finance_goes_back(self) -> None:
        given().when(self.RETURN).refused(refusals.NotDeclared(*AT))
        given(submitted(), returned()).when(self.RETURN).refused(refusals.DeclarationReturned(*AT, submission=1))
        given(submitted(), refused()).when(self.RETURN).refused(refusals.DeclarationRefused(*AT, submission=1))
        given(submitted(), passed(), approved()).when(self.RETURN).refused(
            refusals.AlreadyApproved(*AT, document="县财预〔2026〕3号")
        )


class TestApproving:
    APPROVE = ApproveGoal(*AT, document="县财预〔2026〕3号")

    def test_a_passed_declaration_is_approved_with_its_budget_on_the_business_day(self) -> None:
        day = date(2026, 2, 2)
        given(submitted(), passed()).when(self.APPROVE, day=day).then(
            approved().model_copy(update={"approved_on": day})
        )

    def test_again_on_the_same_document_is_nothing_new(self) -> None:
        given(submitted(), passed(), approved()).when(self.APPROVE).nothing()

    def test_on_another_document_it_is_refused(self) -> None:
        given(submitted(), passed(), approved()).when(ApproveGoal(*AT, document="另文")).refused(
            refusals.AlreadyApproved(*AT, document="县财预〔2026〕3号")
        )

    def test_only_after_the_review(self) -> None:
        given().when(self.APPROVE).refused(refusals.NotDeclared(*AT))
        given(submitted()).when(self.APPROVE).refused(refusals.NotReviewedYet(*AT, submission=1))
        given(submitted(), returned()).when(self.APPROVE).refused(refusals.DeclarationReturned(*AT, submission=1))
        given(submitted(), refused()).when(self.APPROVE).refused(refusals.DeclarationRefused(*AT, submission=1))

    def test_the_review_of_an_earlier_submission_does_not_count(self) -> None:
        past = (submitted(), passed(), returned(reason="与职能无关"), submitted(2, name="另一名称"))
        given(*past).when(self.APPROVE).refused(refusals.NotReviewedYet(*AT, submission=2))

    def test_it_names_its_document(self) -> None:
        given(submitted(), passed()).when(ApproveGoal(*AT, document="")).refused(refusals.DocumentMissing(*AT))


def test_what_others_announce_leaves_the_declaration_as_it_is() -> None:
    state = declaration.evolve(declaration.INITIAL, submitted())
    urged = AdjustmentUrged(
        project=PROJECT,
        year=YEAR,
        cause="policy",
        reason="上级补助标准提高",
        document="省财农〔2026〕8号",
        urged_by="赵强",
        urged_on=date(2026, 8, 3),
    )
    assert declaration.evolve(state, urged) == state
