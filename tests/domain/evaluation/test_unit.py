"""A unit's assessment year: every command, its corrections, its refusals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from services.evaluation.domain import refusals
from services.evaluation.domain import unit_events as facts
from services.evaluation.domain.unit_commands import (
    ApproveDereliction,
    BarUnit,
    ClaimBonus,
    ConfirmBonus,
    IssueTargets,
    MarkUnit,
    RecordPenalty,
    ReportSatisfaction,
    SupplyActuals,
)
from services.evaluation.domain.unit_events import IssuedTarget
from tests.domain.evaluation.scenario import LEADER, OFFICE, OTHER_LEADER, PLAN5, STATISTICS, YEAR, Given, given


def entered(unit: str, unit_class: str) -> facts.UnitEntered:
    return facts.UnitEntered(unit=unit, year=YEAR, name=unit, unit_class=unit_class, scheme=PLAN5.reference)


@dataclass(frozen=True)
class Of:
    """A unit, for commands and events of it."""

    unit: str
    unit_class: str

    def given(self, *past: Any) -> Given:
        """The unit entered, and what happened since."""
        return given("unit", entered(self.unit, self.unit_class), *past)

    def ask(self, command: Any, *fields: Any, **named: Any) -> Any:
        """A command for this unit."""
        return command(self.unit, YEAR, PLAN5, *fields, **named)

    def fact(self, event: Any, **named: Any) -> Any:
        """An event of this unit."""
        return event(unit=self.unit, year=YEAR, **named)


TOWN, DEPARTMENT, RESTORATION = Of("t", "town"), Of("d", "department"), Of("r", "restoration")
GDP = IssuedTarget(id="gdp", name="增长", weight=Decimal(60), target=Decimal("6.5"))
DUST = IssuedTarget(id="dust", weight=Decimal(40), direction="at_most", target=Decimal(35))
ISSUE = TOWN.ask(IssueTargets, "mid_term", (GDP, DUST))
ISSUED = TOWN.fact(facts.TargetsIssued, period="mid_term", indicators=(GDP, DUST), issued_by=str(OFFICE))


class TestTargets:
    def test_are_issued_in_numbers(self) -> None:
        TOWN.given().when(ISSUE).then(ISSUED)
        TOWN.given(ISSUED).when(ISSUE).nothing()

    def test_may_be_issued_anew(self) -> None:
        other = (GDP.model_copy(update={"weight": Decimal(100)}),)
        TOWN.given(ISSUED).when(TOWN.ask(IssueTargets, "mid_term", other)).then(
            ISSUED.model_copy(update={"indicators": other})
        )

    @pytest.mark.parametrize(
        ("period", "indicators", "refusal"),
        [
            ("03", (GDP, DUST), refusals.PeriodUnknown("t/03", "03", ("mid_term", "year_end"))),
            ("mid_term", (GDP,), refusals.WeightsWrong("t/mid_term", Decimal(60), Decimal(100))),
            ("mid_term", (GDP, GDP), refusals.ListedTwice("t/mid_term/gdp")),
            (
                "mid_term",
                (GDP, DUST.model_copy(update={"target": Decimal(-1)})),
                refusals.TargetNegative("t/mid_term/dust", Decimal(-1)),
            ),
            (
                "mid_term",
                (GDP, DUST.model_copy(update={"weight": Decimal(-40)})),
                refusals.WeightNegative("t/mid_term/dust", Decimal(-40)),
            ),
        ],
    )
    def test_that_could_never_be_scored_are_refused(self, period: str, indicators: Any, refusal: Any) -> None:
        TOWN.given().when(TOWN.ask(IssueTargets, period, indicators)).refused(refusal)

    def test_of_a_unit_that_is_not_assessed(self) -> None:
        given("unit").when(ISSUE).refused(refusals.UnitNotAssessed("t", YEAR))


class TestActuals:
    SUPPLY = TOWN.ask(SupplyActuals, "mid_term", {"gdp": Decimal("6.8")})
    SUPPLIED = TOWN.fact(
        facts.ActualsSupplied, period="mid_term", actuals={"gdp": Decimal("6.8")}, supplied_by=str(STATISTICS)
    )

    def test_are_supplied_and_vouched_for(self) -> None:
        TOWN.given(ISSUED).when(self.SUPPLY, by=STATISTICS).then(self.SUPPLIED)
        TOWN.given(ISSUED, self.SUPPLIED).when(self.SUPPLY, by=STATISTICS).nothing()

    def test_may_be_corrected(self) -> None:
        less = TOWN.ask(SupplyActuals, "mid_term", {"gdp": Decimal("6.1")})
        corrected = self.SUPPLIED.model_copy(update={"actuals": {"gdp": Decimal("6.1")}})
        TOWN.given(ISSUED, self.SUPPLIED).when(less, by=STATISTICS).then(corrected)

    def test_come_after_targets_and_only_for_them(self) -> None:
        TOWN.given().when(self.SUPPLY).refused(refusals.TargetsNotIssued("t", "mid_term"))
        stray = TOWN.ask(SupplyActuals, "mid_term", {"x": Decimal(1)})
        TOWN.given(ISSUED).when(stray).refused(refusals.IndicatorUnknown("t/mid_term", "x"))


class TestMarks:
    MARK = TOWN.ask(MarkUnit, "mid_term", Decimal("9.2"))

    def marked(self, leader: str, mark: str) -> facts.LeaderMarked:
        return TOWN.fact(facts.LeaderMarked, period="mid_term", leader=leader, mark=Decimal(mark))

    def test_one_a_leader_and_period(self) -> None:
        TOWN.given().when(self.MARK, by=LEADER).then(self.marked("陈县长", "9.2"))
        TOWN.given(self.marked("陈县长", "9.2")).when(self.MARK, by=LEADER).nothing()
        TOWN.given(self.marked("陈县长", "9.2")).when(self.MARK, by=OTHER_LEADER).then(self.marked("刘县长", "9.2"))

    def test_another_mark_corrects(self) -> None:
        TOWN.given(self.marked("陈县长", "7")).when(self.MARK, by=LEADER).then(self.marked("陈县长", "9.2"))

    @pytest.mark.parametrize("mark", ["10.01", "-0.01"])
    def test_lie_within_the_set_range(self, mark: str) -> None:
        TOWN.given().when(TOWN.ask(MarkUnit, "mid_term", Decimal(mark)), by=LEADER).refused(
            refusals.MarkOutOfRange("t/mid_term", Decimal(mark), Decimal(10))
        )
        assert RESTORATION.given().when(RESTORATION.ask(MarkUnit, "01", Decimal("10.01")), by=LEADER).events

    def test_are_for_a_period_of_the_class(self) -> None:
        months = tuple(f"{month:02d}" for month in range(1, 13))
        RESTORATION.given().when(RESTORATION.ask(MarkUnit, "mid_term", Decimal(9)), by=LEADER).refused(
            refusals.PeriodUnknown("r/mid_term", "mid_term", months)
        )


class TestSatisfaction:
    REPORT = DEPARTMENT.ask(ReportSatisfaction, "Q1", Decimal("0.93"))
    REPORTED = DEPARTMENT.fact(facts.SatisfactionReported, quarter="Q1", share=Decimal("0.93"), reported_by=str(OFFICE))

    def test_is_reported_by_quarter(self) -> None:
        DEPARTMENT.given().when(self.REPORT).then(self.REPORTED)
        DEPARTMENT.given(self.REPORTED).when(self.REPORT).nothing()

    def test_of_a_class_without_a_survey(self) -> None:
        TOWN.given().when(TOWN.ask(ReportSatisfaction, "Q1", Decimal("0.93"))).refused(
            refusals.PublicNotForClass("t", "town")
        )

    def test_that_has_no_points(self) -> None:
        DEPARTMENT.given().when(DEPARTMENT.ask(ReportSatisfaction, "Q5", Decimal(1))).refused(
            refusals.PeriodUnknown("d/Q5", "Q5", ("Q1", "Q2", "Q3", "Q4"))
        )
        DEPARTMENT.given().when(DEPARTMENT.ask(ReportSatisfaction, "Q1", Decimal("1.01"))).refused(
            refusals.ShareOutOfRange("d/Q1", Decimal("1.01"))
        )
        bandless = PLAN5.model_copy(update={"satisfaction_bands": PLAN5.satisfaction_bands[:1]})
        DEPARTMENT.given().when(ReportSatisfaction("d", YEAR, bandless, "Q1", Decimal("0.93"))).refused(
            refusals.ShareInNoBand("d/Q1", Decimal("0.93"))
        )


class TestBonuses:
    CLAIM = TOWN.ask(ClaimBonus, "b1", "commendation", "province", document="省政通〔2026〕8号")
    CLAIMED = TOWN.fact(
        facts.BonusClaimed,
        bonus="b1",
        reason="commendation",
        level="province",
        document="省政通〔2026〕8号",
        claimed_by=str(OFFICE),
    )
    CONFIRM = TOWN.ask(ConfirmBonus, "b1")
    CONFIRMED = TOWN.fact(facts.BonusConfirmed, bonus="b1", confirmed_by=str(OFFICE))

    def test_is_claimed_then_confirmed(self) -> None:
        TOWN.given().when(self.CLAIM).then(self.CLAIMED)
        TOWN.given(self.CLAIMED).when(self.CLAIM, by=LEADER).nothing()
        TOWN.given(self.CLAIMED).when(self.CONFIRM).then(self.CONFIRMED)
        TOWN.given(self.CLAIMED, self.CONFIRMED).when(self.CONFIRM).nothing()

    def test_a_document_may_follow_before_the_confirmation(self) -> None:
        bare = self.CLAIMED.model_copy(update={"document": None})
        TOWN.given(bare).when(self.CONFIRM).refused(refusals.BonusWithoutDocument("t", "b1"))
        TOWN.given(bare).when(self.CLAIM).then(self.CLAIMED)

    def test_a_confirmed_one_stays_as_it_is(self) -> None:
        other = TOWN.ask(ClaimBonus, "b1", "commendation", "central", document="省政通〔2026〕8号")
        TOWN.given(self.CLAIMED, self.CONFIRMED).when(other).refused(refusals.BonusAlreadyConfirmed("t", "b1"))
        TOWN.given(self.CLAIMED, self.CONFIRMED).when(self.CLAIM).nothing()

    def test_nobody_claimed_it(self) -> None:
        TOWN.given().when(self.CONFIRM).refused(refusals.BonusUnknown("t", "b1"))

    def test_grounds_are_the_scheme_s(self) -> None:
        TOWN.given().when(TOWN.ask(ClaimBonus, "b1", "luck")).refused(refusals.GroundUnknown("t/b1", "luck", None))
        TOWN.given().when(TOWN.ask(ClaimBonus, "b1", "decision")).refused(refusals.PointsNotDecided("t/b1"))

    def test_not_for_restoration_units(self) -> None:
        RESTORATION.given().when(RESTORATION.ask(ClaimBonus, "b1", "luck")).refused(
            refusals.MeritsNotForClass("r", "restoration")
        )


class TestPenalties:
    RECORD = TOWN.ask(RecordPenalty, "p1", "complaint", "县优环办〔2026〕3号")
    RECORDED = TOWN.fact(
        facts.PenaltyRecorded, penalty="p1", reason="complaint", document="县优环办〔2026〕3号", recorded_by=str(OFFICE)
    )

    def test_a_complaint_is_recorded_and_later_found_true(self) -> None:
        TOWN.given().when(self.RECORD).then(self.RECORDED)
        TOWN.given(self.RECORDED).when(self.RECORD).nothing()
        found = TOWN.ask(RecordPenalty, "p1", "complaint", "县优环办〔2026〕3号", verified=True)
        TOWN.given(self.RECORDED).when(found).then(self.RECORDED.model_copy(update={"verified": True}))

    def test_grounds_are_the_scheme_s(self) -> None:
        TOWN.given().when(TOWN.ask(RecordPenalty, "p1", "criticism", "文件", "central")).refused(
            refusals.GroundUnknown("t/p1", "criticism", "central")
        )

    def test_not_for_restoration_units(self) -> None:
        RESTORATION.given().when(RESTORATION.ask(RecordPenalty, "p1", "discipline", "文件")).refused(
            refusals.MeritsNotForClass("r", "restoration")
        )


class TestBarsAndDereliction:
    def test_a_bar_on_a_document(self) -> None:
        bar = TOWN.ask(BarUnit, "serious_accident", "县安委〔2026〕5号")
        barred = TOWN.fact(
            facts.UnitBarred, reason="serious_accident", document="县安委〔2026〕5号", barred_by=str(OFFICE)
        )
        TOWN.given().when(bar).then(barred)
        TOWN.given(barred).when(bar).nothing()

    def test_only_what_the_plan_names_bars(self) -> None:
        TOWN.given().when(TOWN.ask(BarUnit, "lateness", "文件")).refused(refusals.GroundUnknown("t", "lateness", None))

    def test_dereliction_is_approved_by_a_leader(self) -> None:
        approve = TOWN.ask(ApproveDereliction, "县绩效〔2026〕19号")
        approved = TOWN.fact(facts.DerelictionApproved, document="县绩效〔2026〕19号", approved_by=str(LEADER))
        TOWN.given().when(approve, by=LEADER).then(approved)
        TOWN.given(approved).when(approve, by=LEADER).nothing()
