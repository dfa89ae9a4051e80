"""What `jixiao score` says of a case that cannot be scored: every gap first, then what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.evaluation.asking import Change, asked, county, error_of, project, put


def bonus(**parts: Any) -> Change:
    """A town's bonus that counts: it has a document and is confirmed."""
    return put("units", 0, "bonuses", value=[{"document": "文件1", "confirmed": True, **parts}])


class TestCountyGaps:
    """A missing period or part is an error naming every gap, never a zero."""

    @pytest.mark.parametrize(
        ("change", "gap"),
        [
            (put("units", 0, "indicators", "mid_term", value=...), "t/mid_term/indicators"),
            (put("units", 0, "indicators", "mid_term", value=[]), "t/mid_term/indicators"),
            (put("units", 0, "indicators", "mid_term", value=None), "t/mid_term/indicators"),
            (put("units", 0, "indicators", "mid_term", 0, "actual", value=None), "t/mid_term/indicators"),
            (put("units", 0, "indicators", "mid_term", 0, "actual", value=...), "t/mid_term/indicators"),
            (put("units", 2, "indicators", "07", value=...), "r/07/indicators"),
            (put("units", 2, "leaders", "12", value=[]), "r/12/leaders"),
            (put("units", 1, "leaders", "year_end", value=...), "d/year_end/leaders"),
            (put("units", 1, "public", "Q3", value=...), "d/Q3/public"),
            (put("units", 1, "public", "Q3", value=None), "d/Q3/public"),
        ],
    )
    def test_each_gap_is_named(self, change: Change, gap: str) -> None:
        assert error_of(county(change), [gap]) == "figures-missing"

    def test_a_part_that_is_missing_altogether(self) -> None:
        def change(case: Any) -> None:
            del case["units"][1]["public"], case["units"][0]["leaders"]

        gaps = ["d/Q1/public", "d/Q2/public", "d/Q3/public", "d/Q4/public", "t/mid_term/leaders", "t/year_end/leaders"]
        assert error_of(county(change), gaps) == "figures-missing"

    @pytest.mark.parametrize(
        "fault",
        [
            put("units", 1, "indicators", "mid_term", 0, "weight", value="90"),
            put("units", 1, "indicators", "mid_term", 0, "weight", value="x"),
            put("units", 1, "indicators", "mid_term", value="x"),
            put("units", 1, "leaders", "mid_term", 0, value="11"),
            put("units", 1, "class", value="village"),
            put("units", 1, "bonuses", value=7),
            put("advanced", value={}),
            put("satisfaction_bands", value=[]),
            put("units", 1, "id", value="t"),
        ],
    )
    def test_gaps_are_told_before_any_other_fault_and_sorted(self, fault: Change) -> None:
        def change(case: Any) -> None:
            case["units"][2]["leaders"]["02"] = []
            case["units"][0]["indicators"]["year_end"][0]["actual"] = None
            case["units"][2]["indicators"].pop("11")
            fault(case)

        assert (
            error_of(county(change), ["r/02/leaders", "r/11/indicators", "t/year_end/indicators"]) == "figures-missing"
        )


class TestCountyFaults:
    @pytest.mark.parametrize(
        ("change", "type"),
        [
            (put("units", 0, "indicators", "mid_term", 0, "weight", value="99.99"), "weights-wrong"),
            (
                put("units", 0, "indicators", "mid_term", 0, "weight", value="100.00000000000000000000000000000000001"),
                "weights-wrong",
            ),
            (put("units", 0, "indicators", "mid_term", 0, "target", value="-1"), "target-negative"),
            (put("units", 0, "indicators", "mid_term", 0, "direction", value="equal"), "choice-unknown"),
            (put("units", 0, "indicators", "mid_term", 0, "direction", value="up"), "choice-unknown"),
            (put("units", 0, "indicators", "mid_term", 0, "target", value=...), "field-missing"),
            (put("units", 0, "indicators", "mid_term", 0, "actual", value=""), "value-wrong"),
            (put("units", 0, "indicators", "mid_term", 0, "actual", value="NaN"), "value-wrong"),
            (put("units", 0, "indicators", "mid_term", 0, "actual", value="1e400000000"), "value-wrong"),
            (put("units", 0, "indicators", "mid_term", 0, "actual", value="1,234.5"), "value-wrong"),
            (put("units", 0, "indicators", "mid_term", 0, "actual", value="１２"), "value-wrong"),
            (put("units", 0, "indicators", "mid_term", 0, "actual", value=True), "value-wrong"),
            (put("units", 0, "indicators", "summer", value=[]), "period-unknown"),
            (put("units", 0, "leaders", "mid_term", 0, value="10.01"), "mark-out-of-range"),
            (put("units", 0, "leaders", "mid_term", 0, value="-0.01"), "mark-out-of-range"),
            (put("units", 2, "leaders", "03", 0, value="30.01"), "mark-out-of-range"),
            (put("units", 1, "public", "Q1", value="1.01"), "share-out-of-range"),
            (put("units", 1, "public", "Q1", value="-0.01"), "share-out-of-range"),
            (put("units", 1, "public", "Q1", value="0.59"), "share-in-no-band"),
            (put("units", 1, "public", "Q5", value="0.95"), "period-unknown"),
            (put("satisfaction_bands", 0, "points", value="31"), "bands-wrong"),
            (put("satisfaction_bands", 0, "at_least", value="0.60"), "bands-wrong"),
            (put("satisfaction_bands", 0, "at_least", value=...), "field-missing"),
            (bonus(reason="kindness"), "ground-unknown"),
            (bonus(reason="commendation", level="county"), "ground-unknown"),
            (bonus(reason="commendation"), "ground-unknown"),
            (bonus(reason="decision"), "points-not-decided"),
            (bonus(reason="decision", points="-1"), "points-not-decided"),
            (bonus(reason="decision", points="1", confirmed="yes"), "value-wrong"),
            (put("units", 0, "penalties", value=[{"reason": "lateness"}]), "ground-unknown"),
            (put("units", 0, "penalties", value=[{"reason": "criticism", "level": "central"}]), "ground-unknown"),
            (put("units", 0, "disqualified_by", value="security_veto"), "value-wrong"),
            (put("units", 0, "dereliction_approved", value="no"), "value-wrong"),
            (put("units", 0, "class", value="village"), "class-unknown"),
            (put("units", 0, "class", value=...), "field-missing"),
            (put("units", 0, "id", value=7), "value-wrong"),
            (put("units", 1, "id", value="r"), "listed-twice"),
            (put("units", 0, value="town"), "value-wrong"),
            (put("units", value={}), "value-wrong"),
            (put("units", value=...), "field-missing"),
            (put("advanced", value={}), "places-not-decided"),
            (put("advanced", value=...), "places-not-decided"),
            (put("advanced", "restoration", value=None), "places-not-decided"),
            (put("advanced", "restoration", value=2), "places-out-of-range"),
            (put("advanced", "restoration", value=6), "places-out-of-range"),
            (put("advanced", "restoration", value="3"), "value-wrong"),
            (put("advanced", "town", value=-1), "value-wrong"),
            (put("advanced", "village", value=1), "class-unknown"),
            (put("scheme", value="plan6"), "scheme-unknown"),
            (put("scheme", value="mof-2020-10"), "scheme-unknown"),
            (put("kind", value="beauty-contest"), "choice-unknown"),
            (put("kind", value=...), "field-missing"),
        ],
    )
    def test_each_is_told_without_gaps(self, change: Change, type: str) -> None:
        assert error_of(county(change)) == type

    def test_one_indicator_twice_in_a_period(self) -> None:
        half = {"id": "i", "weight": "50", "target": "50", "actual": "50"}
        assert error_of(county(put("units", 0, "indicators", "mid_term", value=[half, half]))) == "listed-twice"

    def test_a_negative_weight_does_not_make_up_for_a_heavy_one(self) -> None:
        heavy = {"id": "i", "weight": "150", "target": "50", "actual": "50"}
        light = {"id": "j", "weight": "-50", "target": "50", "actual": "0"}
        assert error_of(county(put("units", 0, "indicators", "mid_term", value=[heavy, light]))) == "weight-negative"

    def test_without_restoration_units_no_places_need_to_be_decided(self) -> None:
        assert asked(county(lambda case: case["units"].pop(), advanced={}))[0] == 0
        assert error_of(county(lambda case: case["units"].pop(), advanced={"restoration": 9})) == "places-out-of-range"

    def test_no_units_no_results(self) -> None:
        assert asked(county(units=[])) == (0, {"units": []})

    def test_without_bands_the_scheme_s_own_hold(self) -> None:
        def change(case: Any) -> None:
            del case["satisfaction_bands"]
            case["units"][1]["public"] = {"Q1": "0.95", "Q2": "0.90", "Q3": "0.80", "Q4": "0"}

        assert asked(county(change))[1]["units"][1]["public"] == "22.50"


class TestProject:
    @pytest.mark.parametrize(
        ("change", "place"),
        [
            (put("paid", value=None), "paid"),
            (put("indicators", 0, "actual", value=None), "indicators/0/actual"),
            (put("indicators", 3, "share", value=...), "indicators/3/share"),
        ],
    )
    def test_a_missing_figure_is_told_by_its_place_and_is_no_county_s_gap(self, change: Change, place: str) -> None:
        status, answer = asked(project(change))
        assert (status, answer["error"]["type"], answer["error"]["missing"]) == (2, "field-missing", [])
        assert place in answer["error"]["detail"]

    @pytest.mark.parametrize(
        ("change", "type"),
        [
            (put("budget", value="0"), "budget-not-positive"),
            (put("budget", value="-3"), "budget-not-positive"),
            (put("budget", value=...), "field-missing"),
            (put("paid", value="-0.01"), "paid-negative"),
            (put("indicators", 0, "weight", value="29"), "weights-wrong"),
            (put("indicators", value=[]), "weights-wrong"),
            (put("indicators", 0, "weight", value="-30"), "weight-negative"),
            (put("indicators", 0, "target", value="-1"), "target-negative"),
            (put("indicators", 0, "dimension", value="cost"), "dimension-unknown"),
            (put("indicators", 0, "dimension", value="beauty"), "dimension-unknown"),
            (put("indicators", 0, "type", value="other"), "choice-unknown"),
            (put("indicators", 0, "type", value=...), "field-missing"),
            (put("indicators", 0, "direction", value="near"), "choice-unknown"),
            (put("indicators", 0, "target_set_low", value="yes"), "value-wrong"),
            (put("indicators", 1, "id", value="o1"), "listed-twice"),
            (put("indicators", 3, "level", value="partly"), "share-outside-level"),
            (put("indicators", 3, "share", value="1.01"), "share-outside-level"),
            (put("indicators", 3, "share", value="0.79"), "share-outside-level"),
            (put("indicators", 3, "level", value="nearly"), "choice-unknown"),
            (put("scheme", value="mof-1999-1"), "scheme-unknown"),
        ],
    )
    def test_each_fault_is_told_without_gaps(self, change: Change, type: str) -> None:
        assert error_of(project(change)) == type
