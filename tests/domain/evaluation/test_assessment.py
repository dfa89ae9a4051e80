"""A county's year: opened, places decided, looked at mid-term, completed, ties decided by people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.evaluation import EvaluationCompleted, ScorePart
from contracts.event import Event
from services.evaluation.domain import refusals
from services.evaluation.domain import unit_events as facts
from services.evaluation.domain.assessment import (
    AdvancedPlacesDecided,
    AssessedUnit,
    AssessmentOpened,
    AssessMidTerm,
    CompleteAssessment,
    DecidePlaces,
    DecideTie,
    MidTermAssessed,
    MidTermPoints,
    OpenAssessment,
)
from services.evaluation.domain.unit_events import IssuedTarget
from tests.domain.evaluation.scenario import LEADER, OFFICE, PLAN5, YEAR, Given, given

MONTHS = [f"{month:02d}" for month in range(1, 13)]
HALVES = ["mid_term", "year_end"]
LIST = tuple(
    AssessedUnit(id=id, name=id, unit_class=unit_class)
    for id, unit_class in (("a", "town"), ("b", "town"), ("c", "town"), ("d", "department"), ("r", "restoration"))
)
OPENED = AssessmentOpened(year=YEAR, scheme=PLAN5.reference, units=LIST, opened_by=str(OFFICE))
PLACES = AdvancedPlacesDecided(year=YEAR, places={"restoration": 3}, decided_by=str(OFFICE))
COMPLETE = CompleteAssessment(YEAR, PLAN5)
JULY = date(2026, 7, 20)


def entered(unit: AssessedUnit) -> facts.UnitEntered:
    return facts.UnitEntered(
        unit=unit.id, year=YEAR, name=unit.name, unit_class=unit.unit_class, scheme=PLAN5.reference
    )


def filled(unit: str, periods: Iterable[str], reached: str = "100", mark: str = "10") -> list[Event]:
    """Targets, actuals and one mark for these periods."""
    target = (IssuedTarget(id="i", weight=Decimal(100), target=Decimal(100)),)
    facts_of: list[Event] = []
    for period in periods:
        facts_of += [
            facts.TargetsIssued(unit=unit, year=YEAR, period=period, indicators=target, issued_by="周敏"),
            facts.ActualsSupplied(
                unit=unit, year=YEAR, period=period, actuals={"i": Decimal(reached)}, supplied_by="何平"
            ),
            facts.LeaderMarked(unit=unit, year=YEAR, period=period, leader="陈县长", mark=Decimal(mark)),
        ]
    return facts_of


def surveyed(unit: str) -> list[Event]:
    return [
        facts.SatisfactionReported(
            unit=unit, year=YEAR, quarter=f"Q{quarter}", share=Decimal("0.95"), reported_by="周敏"
        )
        for quarter in range(1, 5)
    ]


def whole_year(a: str = "100", b: str = "99", c: str = "98") -> list[Event]:
    """Everything that a completion needs; the towns reach these shares."""
    return [
        OPENED,
        *(entered(unit) for unit in LIST),
        PLACES,
        *filled("a", HALVES, a), *filled("b", HALVES, b), *filled("c", HALVES, c),
        *filled("d", HALVES, "50"), *surveyed("d"),
        *filled("r", MONTHS, mark="30"),
    ]  # fmt: skip


def outcome(events: Iterable[Event]) -> dict[str, tuple[str, str, int | None]]:
    """Total, grade and rank by unit."""
    return {
        event.unit: (str(event.total), event.grade, event.rank)
        for event in events
        if isinstance(event, EvaluationCompleted)
    }


class TestOpening:
    OPEN = OpenAssessment(YEAR, PLAN5, LIST)

    def test_every_unit_enters(self) -> None:
        given("assessment").when(self.OPEN).then(OPENED, *(entered(unit) for unit in LIST))
        given("assessment", OPENED).when(self.OPEN).nothing()

    def test_a_year_has_one_list(self) -> None:
        given("assessment", OPENED).when(OpenAssessment(YEAR, PLAN5, LIST[:2])).refused(
            refusals.AssessmentAlreadyOpen(YEAR)
        )

    def test_of_each_unit_once_in_a_class_of_the_plan(self) -> None:
        given("assessment").when(OpenAssessment(YEAR, PLAN5, (LIST[0], LIST[0]))).refused(refusals.ListedTwice("a"))
        village = AssessedUnit(id="v", name="v", unit_class="village")
        given("assessment").when(OpenAssessment(YEAR, PLAN5, (village,))).refused(refusals.ClassUnknown("v", "village"))


class TestPlaces:
    def test_are_decided_by_class(self) -> None:
        given("assessment", OPENED).when(DecidePlaces(YEAR, PLAN5, {"restoration": 3})).then(PLACES)
        given("assessment", OPENED, PLACES).when(DecidePlaces(YEAR, PLAN5, {"restoration": 3})).nothing()

    def test_refusals(self) -> None:
        given("assessment").when(DecidePlaces(YEAR, PLAN5, {"restoration": 3})).refused(
            refusals.AssessmentNotOpen(YEAR)
        )
        given("assessment", OPENED).when(DecidePlaces(YEAR, PLAN5, {"restoration": 6})).refused(
            refusals.PlacesOutOfRange("restoration", 6, 3, 5)
        )
        given("assessment", OPENED).when(DecidePlaces(YEAR, PLAN5, {"village": 1})).refused(
            refusals.ClassUnknown("advanced", "village")
        )


class TestMidTerm:
    PAST = (
        OPENED,
        *filled("a", ["mid_term"], "80", "9"),
        *filled("b", ["mid_term"]),
        *filled("c", ["mid_term"], "33.333"),
        *filled("d", ["mid_term"], "50"),
        *filled("r", MONTHS[:6], "90", "25"),
    )

    def test_points_of_july_and_of_the_months_that_are_over(self) -> None:
        (assessed,) = given("assessment", *self.PAST).when(AssessMidTerm(YEAR, PLAN5), on=JULY).events
        assert isinstance(assessed, MidTermAssessed)
        assert [(one.unit, str(one.indicator), str(one.leaders)) for one in assessed.points] == [
            ("a", "72.00", "9.00"), ("b", "90.00", "10.00"), ("c", "30.00", "10.00"), ("d", "30.00", "10.00"), ("r", "63.00", "25.00"),
        ]  # fmt: skip
        assert assessed.points[4].periods == tuple(MONTHS[:6])

    def test_again_is_no_news(self) -> None:
        given("assessment", *self.PAST).when(AssessMidTerm(YEAR, PLAN5), on=JULY).and_then().when(
            AssessMidTerm(YEAR, PLAN5), on=date(2026, 7, 30)
        ).nothing()

    def test_gaps_are_named(self) -> None:
        given("assessment", *self.PAST).when(AssessMidTerm(YEAR, PLAN5), on=date(2026, 8, 1)).refused(
            refusals.FiguresMissing(("r/07/indicators", "r/07/leaders"))
        )
        given("assessment", *self.PAST[:1], *self.PAST[4:]).when(AssessMidTerm(YEAR, PLAN5), on=JULY).refused(
            refusals.FiguresMissing(("a/mid_term/indicators", "a/mid_term/leaders"))
        )

    def test_before_the_first_month_is_over_there_is_nothing_of_months(self) -> None:
        (assessed,) = given("assessment", *self.PAST).when(AssessMidTerm(YEAR, PLAN5), on=date(2026, 1, 31)).events
        assert isinstance(assessed, MidTermAssessed)
        assert [one.unit for one in assessed.points] == ["a", "b", "c", "d"]

    def test_not_open(self) -> None:
        given("assessment").when(AssessMidTerm(YEAR, PLAN5)).refused(refusals.AssessmentNotOpen(YEAR))

    def test_the_points_of_a_unit(self) -> None:
        (assessed,) = given("assessment", *self.PAST).when(AssessMidTerm(YEAR, PLAN5), on=JULY).events
        first = MidTermPoints(
            unit="a", unit_class="town", periods=("mid_term",), indicator=Decimal("72.00"), leaders=Decimal("9.00")
        )
        assert isinstance(assessed, MidTermAssessed)
        assert assessed.points[0] == first


class TestCompletion:
    def test_every_unit_has_its_result(self) -> None:
        done = given("assessment", *whole_year()).when(COMPLETE).events
        assert outcome(done) == {
            "a": ("100.00", "advanced", 1), "b": ("99.10", "qualified", 2), "c": ("98.20", "qualified", 3),
            "d": ("70.00", "qualified", 1), "r": ("100.00", "advanced", 1),
        }  # fmt: skip

    def test_a_result_says_what_it_rests_on_and_who_may_see_it(self) -> None:
        command = CompleteAssessment(YEAR, PLAN5, {"r": ("e1", "e2")})
        result = given("assessment", *whole_year()).when(command).events[-1]
        parts = {
            "indicator": ("70.00", 70),
            "public": (None, 0),
            "leaders": ("30.00", 30),
            "bonus": ("0.00", 0),
            "penalty": ("0.00", 0),
        }
        assert result == EvaluationCompleted(
            subject_kind="unit", unit="r", year=YEAR, evaluation=1, scheme="plan5@1", audience="circulated",
            parts=tuple(ScorePart(id=id, points=None if p is None else Decimal(p), of=Decimal(of)) for id, (p, of) in parts.items()),
            total=Decimal("100.00"), grade="advanced", rank=1, unit_class="restoration", consequence="commend_more",
            rests_on=("e1", "e2"), evaluated_by=str(OFFICE), evaluated_on=date(2027, 1, 25),
        )  # fmt: skip

    def test_again_is_no_news(self) -> None:
        given("assessment", *whole_year()).when(COMPLETE).and_then().when(COMPLETE, on=date(2027, 2, 1)).nothing()

    def test_after_a_correction_only_the_units_that_it_changes(self) -> None:
        done = given("assessment", *whole_year()).when(COMPLETE).and_then()
        better = facts.LeaderMarked(unit="d", year=YEAR, period="mid_term", leader="陈县长", mark=Decimal(8))
        again = Given("assessment", (*done.past, better)).when(COMPLETE).events
        assert outcome(again) == {"d": ("69.00", "qualified", 1)}
        assert isinstance(again[0], EvaluationCompleted)
        assert again[0].evaluation == 2

    def test_claims_penalties_bars_and_dereliction_count(self) -> None:
        told: list[Event] = [
            facts.BonusClaimed(
                unit="b", year=YEAR, bonus="1", reason="commendation", level="city", document="文件", claimed_by="吴"
            ),
            facts.BonusConfirmed(unit="b", year=YEAR, bonus="1", confirmed_by="周敏"),
            facts.BonusClaimed(
                unit="c", year=YEAR, bonus="1", reason="commendation", level="central", document="文件", claimed_by="吴"
            ),
            facts.PenaltyRecorded(
                unit="c", year=YEAR, penalty="1", reason="discipline", document="文件", recorded_by="周敏"
            ),
            facts.UnitBarred(unit="b", year=YEAR, reason="security_veto", document="文件", barred_by="周敏"),
            facts.DerelictionApproved(unit="d", year=YEAR, document="文件", approved_by="陈县长"),
        ]
        result = outcome(given("assessment", *whole_year(), *told).when(COMPLETE).events)
        assert result["b"] == ("101.10", "qualified", 1)
        assert result["a"] == ("100.00", "advanced", 2)
        assert result["c"] == ("97.20", "qualified", 3)
        assert result["d"] == ("70.00", "unqualified", 1)

    def test_a_target_without_an_actual_is_a_gap(self) -> None:
        more = (
            IssuedTarget(id="i", weight=Decimal(50), target=Decimal(1)),
            IssuedTarget(id="j", weight=Decimal(50), target=Decimal(1)),
        )
        anew = facts.TargetsIssued(unit="a", year=YEAR, period="year_end", indicators=more, issued_by="周敏")
        given("assessment", *whole_year(), anew).when(COMPLETE).refused(
            refusals.FiguresMissing(("a/year_end/indicators",))
        )

    def test_refusals(self) -> None:
        given("assessment").when(COMPLETE).refused(refusals.AssessmentNotOpen(YEAR))
        past = [event for event in whole_year() if event != PLACES]
        given("assessment", *past).when(COMPLETE).refused(refusals.PlacesNotDecided("restoration", 3, 5))
        gaps = [f"d/Q{quarter}/public" for quarter in range(1, 5)]
        without = [event for event in whole_year() if not isinstance(event, facts.SatisfactionReported)]
        given("assessment", *without).when(COMPLETE).refused(refusals.FiguresMissing(tuple(gaps)))


class TestTies:
    """The plan knows no tie-break: more equals than places wait until a leader decides."""

    TIED = given("assessment", *whole_year(a="99", b="99", c="80")).when(COMPLETE).and_then()
    YES = DecideTie(YEAR, PLAN5, "a", True, "重点工程提前完成")
    NO = DecideTie(YEAR, PLAN5, "b", False, "有一项工程延期")

    def test_equals_wait(self) -> None:
        assert outcome(self.TIED.past)["a"] == ("99.10", "undecided", 1)
        assert outcome(self.TIED.past)["b"] == ("99.10", "undecided", 1)

    def test_a_leader_decides_each(self) -> None:
        decided, result = self.TIED.when(self.YES, by=LEADER).events
        assert decided == facts.TieDecided(
            unit="a",
            year=YEAR,
            advanced=True,
            total=Decimal("99.10"),
            reason="重点工程提前完成",
            decided_by=str(LEADER),
        )
        assert isinstance(result, EvaluationCompleted)
        assert (result.evaluation, result.grade, result.consequence, result.evaluated_by) == (
            2,
            "advanced",
            "commend",
            str(LEADER),
        )
        _, other = self.TIED.when(self.NO, by=LEADER).events
        assert isinstance(other, EvaluationCompleted)
        assert (other.grade, other.consequence) == ("qualified", None)

    def test_the_same_decision_again_is_no_news(self) -> None:
        self.TIED.when(self.YES, by=LEADER).and_then().when(self.YES, by=LEADER).nothing()

    def test_a_completion_afterwards_keeps_what_was_decided(self) -> None:
        decided = self.TIED.when(self.YES, by=LEADER).and_then().when(self.NO, by=LEADER).and_then()
        decided.when(COMPLETE).nothing()

    def test_a_decision_holds_for_its_total_alone(self) -> None:
        decided = self.TIED.when(self.YES, by=LEADER).and_then().when(self.NO, by=LEADER).and_then()
        lower = [
            facts.LeaderMarked(unit=unit, year=YEAR, period="mid_term", leader="陈县长", mark=Decimal(9))
            for unit in "ab"
        ]
        again = Given("assessment", (*decided.past, *lower)).when(COMPLETE).events
        assert outcome(again) == {"a": ("98.60", "undecided", 1), "b": ("98.60", "undecided", 1)}

    def test_there_are_only_so_many_places(self) -> None:
        other = DecideTie(YEAR, PLAN5, "b", True, "也提前完成")
        self.TIED.when(self.YES, by=LEADER).and_then().when(other, by=LEADER).refused(refusals.NoPlaceLeft("b", 1))

    def test_with_fewer_places_decided_later_the_decision_falls(self) -> None:
        three = given(
            "assessment",
            *whole_year(a="99", b="99", c="99"),
            AdvancedPlacesDecided(year=YEAR, places={"town": 2}, decided_by="周敏"),
        )
        tied = three.when(COMPLETE).and_then()
        for unit in "ab":
            tied = tied.when(DecideTie(YEAR, PLAN5, unit, True, "好"), by=LEADER).and_then()
        fewer = AdvancedPlacesDecided(year=YEAR, places={"town": 1}, decided_by="周敏")
        again = outcome(Given("assessment", (*tied.past, fewer)).when(COMPLETE).events)
        assert {unit: grade for unit, (_, grade, _) in again.items()} == {"a": "undecided", "b": "undecided"}

    @pytest.mark.parametrize(
        ("past", "unit", "refusal"),
        [
            ((), "a", refusals.AssessmentNotOpen(YEAR)),
            ((OPENED,), "z", refusals.UnitNotAssessed("z", YEAR)),
            ((OPENED,), "a", refusals.NotCompleted(YEAR)),
            (TIED.past, "c", refusals.NotUndecided("c", "qualified")),
        ],
    )
    def test_refusals(self, past: Any, unit: str, refusal: Any) -> None:
        given("assessment", *past).when(DecideTie(YEAR, PLAN5, unit, True, "好"), by=LEADER).refused(refusal)
