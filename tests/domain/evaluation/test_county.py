"""The county's assessment: parts, places, ties, bars, dereliction by hand, and what holds for any county."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain import county, ranking, refusals
from services.evaluation.domain.county import UnitFigures, UnitScore
from services.evaluation.domain.merits import Bonus, Penalty
from services.evaluation.domain.ranking import Contender
from services.evaluation.domain.schemes import Band
from tests.domain.evaluation.scenario import PLAN5, department, indicator, restoration, town


def results(units: Sequence[UnitFigures], **places: int) -> dict[str, UnitScore]:
    """The results by unit; three restoration places unless said otherwise."""
    scores = county.score(units, PLAN5, {"restoration": 3, **places})
    assert isinstance(scores, tuple), scores
    return {score.id: score for score in scores}


def grades(units: Sequence[UnitFigures], **places: int) -> dict[str, str]:
    """The grades by unit."""
    return {id: score.grade for id, score in results(units, **places).items()}


def only(unit: UnitFigures) -> UnitScore:
    """The result of a unit alone in its county."""
    return results([unit])[unit.id]


def document(reason: str, level: str | None = None, points: str | None = None, **changes: Any) -> Bonus:
    """A bonus that counts."""
    return replace(
        Bonus(reason, level, None if points is None else Decimal(points), "文件1", confirmed=True), **changes
    )


class TestParts:
    def test_a_period_scales_to_the_class_s_maximum(self) -> None:
        assert (
            only(town("t", "50")).indicator,
            only(department("d", "50")).indicator,
            only(restoration("r", "50")).indicator,
        ) == (45, 30, 35)

    def test_weights_weigh_and_periods_weigh_the_same(self) -> None:
        periods = {
            "mid_term": (indicator("50", weight="40", id="a"), indicator("100", weight="60", id="b")),
            "year_end": (indicator("200", direction="at_most"),),
        }
        assert only(replace(town("t", "100"), indicators=periods)).indicator == Decimal("58.50")  # 90 × (0.8 + 0.5) ÷ 2

    def test_a_class_assessed_by_month_weighs_twelve_months(self) -> None:
        unit = restoration("r", "100")
        assert only(replace(unit, indicators={**unit.indicators, "05": (indicator("0"),)})).indicator == Decimal(
            "64.17"
        )

    def test_marks_are_averaged_by_period_then_over_periods(self) -> None:
        marks = {"mid_term": (Decimal("9"), Decimal("8")), "year_end": (Decimal("10"),)}
        assert only(replace(town("t", "100"), leaders=marks)).leaders == Decimal("9.25")

    def test_a_quarter_is_worth_the_highest_band_that_it_reaches(self) -> None:
        shares = {"Q1": "0.95", "Q2": "0.9499", "Q3": "0.60", "Q4": "0"}
        assert only(department("d", "100", public=shares)).public == Decimal("21.00")  # (30 + 27 + 18 + 9) ÷ 4

    def test_bands_may_come_in_any_order_and_end_anywhere(self) -> None:
        bands = tuple(
            Band(at_least=Decimal(share), points=Decimal(points)) for share, points in (("0.5", 10), ("0.9", 30))
        )
        scores = county.score([department("d", "100", public={"Q1": "0.5"})], PLAN5, {}, bands)
        assert isinstance(scores, tuple)
        assert scores[0].public == Decimal("25.00")
        assert county.score(
            [department("d", "100", public={"Q1": "0.49"})], PLAN5, {}, bands
        ) == refusals.ShareInNoBand("d/Q1", Decimal("0.49"))

    def test_a_class_without_a_survey_has_no_public_part(self) -> None:
        assert only(town("t", "100")).public is None
        assert only(restoration("r", "100")).public is None

    def test_nothing_is_rounded_before_the_end(self) -> None:
        """89.9949… + 0.0049…: each rounds down, together they reach 90.00."""
        unit = replace(
            town("t", "99.9944", marks="0"), leaders=dict.fromkeys(("mid_term", "year_end"), (Decimal("0.0049"),) * 3)
        )
        score = only(unit)
        assert (score.indicator, score.leaders, score.total) == (Decimal("89.99"), Decimal("0.00"), Decimal("90.00"))

    def test_thirds_come_together_again(self) -> None:
        """A third of 90 three times is 90 exactly, so the total is at the threshold."""
        thirds = tuple(indicator("1", "3", weight=weight, id=weight) for weight in ("20", "30", "50"))
        unit = replace(town("t", "100", marks="0"), indicators=dict.fromkeys(("mid_term", "year_end"), thirds))
        assert only(unit).total == 30


class TestMerits:
    @pytest.mark.parametrize(
        ("bonuses", "points"),
        [
            ([document("commendation", "city")], "2"),
            ([document("commendation", "province")], "3"),
            ([document("commendation", "central")], "4"),
            ([document("department_commendation", "city")], "1"),
            ([document("department_commendation", "province")], "2"),
            ([document("department_commendation", "central")], "3"),
            ([document("decision", points="0.75")], "0.75"),
            ([document("commendation", "central"), document("decision", points="9")], "4"),
            ([document("commendation", "city", document=None)], "0"),
            ([document("commendation", "city", document="")], "0"),
            ([document("commendation", "city", confirmed=False)], "0"),
        ],
    )
    def test_a_bonus_counts_on_a_document_once_confirmed_at_most_four(self, bonuses: list[Bonus], points: str) -> None:
        score = only(town("t", "50", bonuses=tuple(bonuses)))
        assert (score.bonus, score.total) == (Decimal(points), 55 + Decimal(points))

    @pytest.mark.parametrize(
        ("penalties", "points"),
        [
            ([Penalty("criticism", "province")], "2"),
            ([Penalty("criticism", "city")], "1"),
            ([Penalty("criticism", "county")], "0.5"),
            ([Penalty("complaint", verified=True)], "0.5"),
            ([Penalty("complaint")], "0"),
            ([Penalty("discipline")], "1"),
            ([Penalty("accountability")], "0.5"),
            ([Penalty("criticism", "province")] * 3, "4"),
        ],
    )
    def test_a_penalty_takes_off_at_most_four(self, penalties: list[Penalty], points: str) -> None:
        score = only(town("t", "50", penalties=tuple(penalties)))
        assert (score.penalty, score.total) == (Decimal(points), 55 - Decimal(points))

    def test_restoration_units_get_neither(self) -> None:
        unit = restoration("r", "50", bonuses=(document("commendation", "city"),), penalties=(Penalty("discipline"),))
        assert (only(unit).bonus, only(unit).penalty, only(unit).total) == (0, 0, 65)

    def test_a_total_may_pass_a_hundred_and_fall_below_zero(self) -> None:
        assert only(town("t", "100", bonuses=(document("commendation", "central"),))).total == 104
        assert only(town("t", "0", marks="0", penalties=(Penalty("discipline"),))).total == -1


class TestPlaces:
    @pytest.mark.parametrize(("members", "places"), [(1, 0), (2, 1), (5, 1), (6, 2), (7, 2), (9, 2), (10, 3), (32, 8)])
    def test_a_quarter_of_the_class_half_up(self, members: int, places: int) -> None:
        assert ranking.places_of(members, PLAN5.classes["town"].advanced, None) == places

    def test_from_the_highest_down_at_the_threshold(self) -> None:
        towns = [town("a", "100"), town("b", "99"), town("c", "98"), town("d", "10")]
        assert grades(towns, town=2) == {"a": "advanced", "b": "advanced", "c": "qualified", "d": "unqualified"}
        assert grades(towns) == {"a": "advanced", "b": "qualified", "c": "qualified", "d": "unqualified"}
        assert grades(towns, town=0)["a"] == "qualified"

    def test_fewer_eligible_than_places(self) -> None:
        assert grades([town("a", "100"), town("b", "88")], town=2) == {"a": "advanced", "b": "qualified"}  # 89.20

    def test_ninety_and_ninety_five_are_enough(self) -> None:
        assert only(town("a", "100", marks="0")).total == 90
        assert grades([town("a", "100", marks="0")], town=1) == {"a": "advanced"}
        assert grades([restoration("r", "100", marks="25")]) == {"r": "advanced"}
        assert grades([restoration("r", "100", marks="24.99")]) == {"r": "qualified"}

    def test_whoever_is_barred_leaves_the_place_to_the_next(self) -> None:
        towns = [town("a", "100", disqualified_by=("security_veto",)), town("b", "99")]
        assert grades(towns, town=1) == {"a": "qualified", "b": "advanced"}
        assert results(towns, town=1)["a"].rank == 1

    def test_dereliction_is_unqualified_whatever_the_score(self) -> None:
        towns = [town("a", "100", dereliction_approved=True), town("b", "99")]
        assert grades(towns, town=1) == {"a": "unqualified", "b": "advanced"}

    def test_unqualified_is_below_sixty(self) -> None:
        assert grades([town("a", "60", marks="6"), town("b", "60", marks="5.99")]) == {
            "a": "qualified",
            "b": "unqualified",
        }

    def test_equal_totals_share_their_rank(self) -> None:
        towns = [town("a", "90"), town("b", "90"), town("c", "95"), town("d", "80")]
        assert [score.rank for score in results(towns).values()] == [2, 2, 1, 4]

    def test_rank_is_within_the_class(self) -> None:
        assert {id: score.rank for id, score in results([town("t", "50"), department("d", "99")]).items()} == {
            "t": 1,
            "d": 1,
        }

    def test_more_equals_than_places_wait_for_people(self) -> None:
        towns = [town("a", "100"), town("b", "99"), town("c", "99"), town("d", "98")]
        assert grades(towns, town=2) == {"a": "advanced", "b": "undecided", "c": "undecided", "d": "qualified"}
        assert grades(towns, town=3) == {"a": "advanced", "b": "advanced", "c": "advanced", "d": "qualified"}

    def test_nobody_below_the_equals_is_advanced(self) -> None:
        towns = [town("a", "99"), town("b", "99"), town("c", "99"), town("d", "98"), town("e", "97")]
        assert grades(towns, town=2) == {
            "a": "undecided",
            "b": "undecided",
            "c": "undecided",
            "d": "qualified",
            "e": "qualified",
        }

    def test_with_no_place_left_equals_are_simply_qualified(self) -> None:
        towns = [town("a", "100"), town("b", "99"), town("c", "99")]
        assert grades(towns, town=1) == {"a": "advanced", "b": "qualified", "c": "qualified"}

    def test_whoever_is_barred_does_not_stand_among_equals(self) -> None:
        towns = [town("a", "99"), town("b", "99", disqualified_by=("serious_accident",))]
        assert grades(towns, town=1) == {"a": "advanced", "b": "qualified"}

    def test_equal_by_the_rounded_total(self) -> None:
        towns = [town("a", "99.001"), town("b", "99.002")]
        assert grades(towns, town=1) == {"a": "undecided", "b": "undecided"}

    @pytest.mark.parametrize("number", [2, 6])
    def test_restoration_has_three_to_five(self, number: int) -> None:
        assert county.score([restoration("r", "100")], PLAN5, {"restoration": number}) == refusals.PlacesOutOfRange(
            "restoration", number, 3, 5
        )
        assert county.score([restoration("r", "100")], PLAN5, {}) == refusals.PlacesNotDecided("restoration", 3, 5)
        assert county.score([], PLAN5, {"town": -1}) == refusals.PlacesOutOfRange("town", -1, 0, 0)


class TestConsequences:
    def consequences(self, units: Sequence[UnitFigures], **places: int) -> Mapping[str, str | None]:
        return {id: score.consequence for id, score in results(units, **places).items()}

    def test_what_follows_from_a_grade(self) -> None:
        units = [
            town("a", "100"),
            town("b", "80"),
            town("c", "40"),
            *(town(id, "10") for id in "xyz"),
            restoration("r", "100"),
            restoration("q", "1"),
        ]
        assert self.consequences(units, town=1) == {
            "a": "commend", "b": None, "c": "criticise", "x": "cadre_authority", "y": "cadre_authority", "z": "cadre_authority",
            "r": "commend_more", "q": "criticise",
        }  # fmt: skip

    def test_the_last_three_are_of_all_daily_units_together(self) -> None:
        units = [town("a", "55"), department("b", "20"), department("c", "10"), town("d", "5"), restoration("r", "1")]
        assert self.consequences(units) == {
            "a": "criticise", "b": "cadre_authority", "c": "cadre_authority", "d": "cadre_authority", "r": "criticise",
        }  # fmt: skip

    def test_among_the_last_but_qualified_nothing_follows(self) -> None:
        assert self.consequences([town("a", "80")]) == {"a": None}

    def test_dereliction_goes_before_all(self) -> None:
        assert self.consequences([town("a", "5", dereliction_approved=True)]) == {"a": "discipline_organs"}


class TestFaults:
    @pytest.mark.parametrize(
        ("unit", "refusal"),
        [
            (replace(town("t", "1"), unit_class="village"), refusals.ClassUnknown("t", "village")),
            (
                replace(
                    town("t", "1"), indicators={**town("t", "1").indicators, "mid_term": (indicator("1", weight="99"),)}
                ),
                refusals.WeightsWrong("t/mid_term", Decimal(99), Decimal(100)),
            ),
            (
                replace(
                    town("t", "1"),
                    indicators={**town("t", "1").indicators, "mid_term": (indicator("1", direction="equal"),)},
                ),
                refusals.DirectionUnknown("t/mid_term/i", "equal"),
            ),
            (
                replace(town("t", "1"), indicators={**town("t", "1").indicators, "spring": (indicator("1"),)}),
                refusals.PeriodUnknown("t/spring", "spring", ("mid_term", "year_end")),
            ),
            (town("t", "1", marks="10.01"), refusals.MarkOutOfRange("t/mid_term", Decimal("10.01"), Decimal(10))),
            (department("t", "1", public={"Q2": "1.5"}), refusals.ShareOutOfRange("t/Q2", Decimal("1.5"))),
            (town("t", "1", bonuses=(document("luck"),)), refusals.GroundUnknown("t/bonuses/0", "luck", None)),
            (town("t", "1", bonuses=(document("decision"),)), refusals.PointsNotDecided("t/bonuses/0")),
        ],
    )
    def test_each_is_told_with_its_place(self, unit: UnitFigures, refusal: object) -> None:
        assert county.score([unit], PLAN5, {}) == refusal

    def test_bands_that_cannot_stand(self) -> None:
        high = (Band(at_least=Decimal(0), points=Decimal(31)),)
        assert county.score([department("d", "1")], PLAN5, {}, high) == refusals.BandsWrong(Decimal(0), Decimal(31))

    def test_a_unit_twice(self) -> None:
        assert county.score([town("t", "1"), town("t", "1")], PLAN5, {}) == refusals.ListedTwice("t")

    def test_every_gap_before_any_fault(self) -> None:
        broken = replace(town("t", "1", marks="99"), indicators={"mid_term": (indicator(None),)})
        assert county.score([broken], PLAN5, {}) == refusals.FiguresMissing(
            ("t/mid_term/indicators", "t/year_end/indicators")
        )


CONTENDERS = st.lists(
    st.builds(
        Contender,
        id=st.uuids().map(str),
        unit_class=st.sampled_from(["town", "department", "restoration"]),
        total=st.integers(50, 104).map(Decimal),
        barred=st.booleans(),
        derelict=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda contender: contender.id,
)


@given(CONTENDERS, st.integers(0, 9), st.integers(3, 5))
def test_laws_of_places(contenders: list[Contender], towns: int, restored: int) -> None:
    places = {"town": towns, "restoration": restored}
    standings = ranking.rank(contenders, PLAN5, places)
    for unit_class in {contender.unit_class for contender in contenders}:
        own = [contender for contender in contenders if contender.unit_class == unit_class]
        free = ranking.places_of(len(own), PLAN5.classes[unit_class].advanced, places.get(unit_class))
        advanced = [contender for contender in own if standings[contender.id].grade == "advanced"]
        undecided = [contender for contender in own if standings[contender.id].grade == "undecided"]
        assert len(advanced) <= free
        assert not undecided or len(undecided) > free - len(advanced) >= 1
        assert len({contender.total for contender in undecided}) <= 1
        lowest = min((contender.total for contender in (*advanced, *undecided)), default=None)
        for contender in (*advanced, *undecided):
            assert not contender.barred and not contender.derelict
            assert contender.total >= PLAN5.classes[unit_class].advanced.at_least
        for contender in own:
            grade = standings[contender.id].grade
            if grade == "qualified" and not contender.barred and lowest is not None:
                assert contender.total < lowest
            assert (grade == "unqualified") == (contender.derelict or contender.total < 60)


@given(CONTENDERS)
def test_laws_of_ranks(contenders: list[Contender]) -> None:
    standings = ranking.rank(contenders, PLAN5, {"restoration": 3})
    for one in contenders:
        above = sum(other.unit_class == one.unit_class and other.total > one.total for other in contenders)
        assert standings[one.id].rank == above + 1


@given(
    st.permutations([town("a", "100"), town("b", "99"), town("c", "99"), department("d", "70"), restoration("e", "99")])
)
def test_the_order_of_units_does_not_matter(units: list[UnitFigures]) -> None:
    assert (
        results(units, town=2)
        == dict(sorted(results(units, town=2).items()))
        == results(sorted(units, key=lambda unit: unit.id), town=2)
    )
