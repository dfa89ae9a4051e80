"""The review of a declaration: every rule of `declaration-1` by hand."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from services.goals.domain.declared import Declared
from services.goals.domain.review import Review, review, review_adjustment
from services.goals.domain.rules import DeclarationRules
from tests.domain.goals.scenario import RULES, submitted

FIVE = ("necessity", "economy", "goals", "feasibility", "funding")


def sound() -> dict[str, Any]:
    """A declaration without a fault, in the form of a case."""
    return {
        "project": {"kind": "new", "years": 1, "budget": "1000.00"},
        "ex_ante": {"conclusion": "support", "procedure_complete": True, "dimensions": dict.fromkeys(FIVE, "80")},
        "annual": [
            {
                "id": "o", "dimension": "output", "kind": "quantity", "type": "quantitative", "direction": "at_least",
                "target": "100", "unit": "个", "weight": "50", "schedule": {"2026-06": "40", "2026-12": "100"}, "standard": "90",
            },
            {
                "id": "b", "dimension": "benefit", "kind": "economic", "type": "quantitative", "direction": "at_most",
                "target": "10", "unit": "天", "weight": "30", "schedule": {"2026-06": "4", "2026-12": "9"}, "standard": "12",
            },
            {
                "id": "s", "dimension": "satisfaction", "kind": "satisfaction", "type": "qualitative",
                "target": "满意", "weight": "10",
            },
        ],
        "items": [{"name": "a", "amount": "400.00"}, {"name": "b", "amount": "600.00"}],
        "medium_term": [],
    }  # fmt: skip


def found(case: dict[str, Any]) -> list[str]:
    """The findings of a case as `where rule level`."""
    return _lines(review(Declared.model_validate(case), RULES))


def _lines(result: Review) -> list[str]:
    return [f"{finding.where} {finding.rule} {finding.level}" for finding in result.findings]


def changed(**parts: Any) -> dict[str, Any]:
    """The sound case with parts replaced."""
    return {**sound(), **parts}


def indicator(number: int, **fields: Any) -> dict[str, Any]:
    """The sound case with fields of one annual indicator changed."""
    case = sound()
    case["annual"][number].update(fields)
    return case


def ex_ante(**fields: Any) -> dict[str, Any]:
    """The sound case with fields of the ex-ante evaluation changed."""
    case = sound()
    case["ex_ante"].update(fields)
    return case


def project(**fields: Any) -> dict[str, Any]:
    """The sound case with fields of the project changed."""
    case = sound()
    case["project"].update(fields)
    return case


def test_a_sound_declaration_passes_without_a_finding() -> None:
    assert review(Declared.model_validate(sound()), RULES) == Review((), "pass")


def test_an_empty_list_is_no_schedule() -> None:
    assert found(indicator(0, schedule=[])) == found(indicator(0, schedule=None)) == ["o no-schedule advice"]


@pytest.mark.parametrize("target", ["90", 90, "90.0"])
def test_a_schedule_reaches_a_number_whatever_the_type_of_the_indicator(target: object) -> None:
    ends = {"target": target, "direction": "at_least"}
    assert found(indicator(2, **ends, schedule={"2026-12": "80"})) == ["s schedule-not-reaching-target return"]
    assert found(indicator(2, **ends, schedule={"2026-12": "90"})) == []
    assert found(indicator(2, schedule={"2026-12": "80"})) == []  # 满意 is no number to reach


class TestExAnte:
    def test_a_new_project_needs_one(self) -> None:
        assert found(changed(ex_ante=None)) == ["ex_ante no-ex-ante-evaluation blocker"]

    def test_a_continuing_one_does_not(self) -> None:
        assert found({**project(kind="continuing"), "ex_ante": None}) == []

    @pytest.mark.parametrize("kind", ["new", "continuing"])
    def test_what_is_given_is_complete(self, kind: str) -> None:
        case = {**project(kind=kind), "ex_ante": ex_ante(procedure_complete=False)["ex_ante"]}
        assert found(case) == ["ex_ante ex-ante-incomplete blocker"]

    @pytest.mark.parametrize("gone", FIVE)
    def test_all_five_dimensions_are_there(self, gone: str) -> None:
        without = {name: "10" for name in FIVE if name != gone}
        # Four low marks support nobody, yet the mean is only told of all five.
        assert found(ex_ante(dimensions=without)) == ["ex_ante ex-ante-incomplete blocker"]
        assert found(ex_ante(dimensions={**without, gone: None})) == ["ex_ante ex-ante-incomplete blocker"]

    @pytest.mark.parametrize(
        "given", [{}, {"conclusion": "support"}, {"conclusion": "support", "procedure_complete": True}]
    )
    def test_one_without_its_parts_is_incomplete_not_an_error(self, given: dict[str, Any]) -> None:
        assert found(changed(ex_ante=given)) == ["ex_ante ex-ante-incomplete blocker"]

    @pytest.mark.parametrize("part", ["procedure_complete", "dimensions"])
    def test_a_part_that_is_not_there_is_not_complete(self, part: str) -> None:
        case = sound()
        del case["ex_ante"][part]
        assert found(case) == ["ex_ante ex-ante-incomplete blocker"]

    def test_the_mean_is_not_rounded(self) -> None:
        marks = dict.fromkeys(FIVE, "60")
        assert found(ex_ante(dimensions=marks)) == []
        assert found(ex_ante(dimensions={**marks, "goals": "59.9999"})) == ["ex_ante ex-ante-not-supported blocker"]

    def test_a_dimension_of_another_scheme_does_not_lift_the_mean(self) -> None:
        marks = {**dict.fromkeys(FIVE, "50"), "innovation": "100"}
        assert found(ex_ante(dimensions=marks)) == ["ex_ante ex-ante-not-supported blocker"]

    def test_a_rejection_does_not_support(self) -> None:
        assert found(ex_ante(conclusion="adjust")) == []
        assert found(ex_ante(conclusion="reject")) == ["ex_ante ex-ante-not-supported blocker"]

    def test_incomplete_and_rejected_are_both_told(self) -> None:
        case = ex_ante(conclusion="reject", dimensions={})
        assert found(case) == ["ex_ante ex-ante-incomplete blocker", "ex_ante ex-ante-not-supported blocker"]


class TestIndicators:
    def test_an_id_is_used_once(self) -> None:
        case = sound()
        case["annual"] += [{**case["annual"][2], "weight": "0"}, {**case["annual"][2], "weight": "0"}]
        assert found(case) == ["s duplicate-indicator return"]

    def test_no_quantity_no_benefit_no_satisfaction(self) -> None:
        assert found(indicator(0, kind="quality")) == ["quantity missing-indicator return"]
        case = sound()
        case["annual"] = case["annual"][:1]
        assert found(case) == [
            "benefit missing-indicator return",
            "benefit weights return",
            "satisfaction missing-indicator return",
            "satisfaction weights return",
        ]

    def test_without_any_indicator(self) -> None:
        expected = [
            "benefit missing-indicator return",
            "benefit weights return",
            "output weights return",
            "quantity missing-indicator return",
            "satisfaction missing-indicator return",
            "satisfaction weights return",
        ]
        assert found(changed(annual=[])) == found(changed(annual=None)) == expected

    def test_a_quantity_of_any_dimension_is_one(self) -> None:
        case = indicator(0, kind="quality")
        case["annual"][1]["kind"] = "quantity"
        assert found(case) == []

    @pytest.mark.parametrize("weight", ["49.99", "50.01", "0"])
    def test_weights_sum_exactly(self, weight: str) -> None:
        assert found(indicator(0, weight=weight)) == ["output weights return"]

    def test_weights_of_another_scheme_s_dimension_are_not_summed(self) -> None:
        case = sound()
        case["annual"].append({**case["annual"][0], "id": "c", "dimension": "cost", "weight": "7"})
        assert found(case) == []


class TestTargets:
    @pytest.mark.parametrize("blank", [None, "", "  "])
    def test_a_quantitative_indicator_has_target_and_unit(self, blank: str | None) -> None:
        assert found(indicator(0, unit=blank)) == ["o not-quantified return"]
        assert found(indicator(0, target=blank)) == ["o not-quantified return"]
        assert found(indicator(0, target=blank, unit=blank)) == ["o not-quantified return"]

    @pytest.mark.parametrize("blank", [None, "", "  "])
    def test_a_qualitative_one_has_a_target_and_needs_no_unit(self, blank: str | None) -> None:
        assert found(indicator(2, target=blank)) == ["s not-quantified return"]

    def test_a_target_of_zero_is_one(self) -> None:
        assert found(indicator(1, target="0")) == []
        assert found(indicator(1, target=0)) == []

    @pytest.mark.parametrize("blank", [None, "", {}])
    def test_a_quantitative_target_without_schedule_is_advised_one(self, blank: object) -> None:
        assert found(indicator(0, schedule=blank)) == ["o no-schedule advice"]
        assert found(indicator(0, schedule=blank, target=None)) == ["o not-quantified return"]

    def test_advice_alone_passes(self) -> None:
        assert review(Declared.model_validate(indicator(0, schedule=None)), RULES).decision == "pass"


class TestSchedule:
    MISSED: ClassVar = ["o schedule-not-reaching-target return"]

    def test_at_least_never_goes_down(self) -> None:
        assert found(indicator(0, schedule={"2026-03": "50", "2026-06": "40", "2026-12": "100"})) == self.MISSED
        assert found(indicator(0, schedule={"2026-03": "40", "2026-06": "40", "2026-12": "100"})) == []

    def test_its_last_month_is_the_target(self) -> None:
        for last in ("99.99", "100.01"):
            assert found(indicator(0, schedule={"2026-06": "40", "2026-12": last})) == self.MISSED
        assert found(indicator(0, schedule={"2026-12": "100.00"})) == []

    def test_months_stand_in_the_order_of_the_year_however_written(self) -> None:
        assert found(indicator(0, schedule={"2026-12": "100", "2026-02": "10", "2026-10": "90"})) == []

    def test_at_most_and_equal_may_do_either(self) -> None:
        for direction in ("at_most", "equal"):
            case = indicator(0, direction=direction, schedule={"2026-03": "50", "2026-12": "40"}, standard=None)
            assert found(case) == []

    def test_at_least_is_the_default(self) -> None:
        case = indicator(0, schedule={"2026-12": "1"})
        del case["annual"][0]["direction"], case["annual"][0]["type"]
        assert found(case) == self.MISSED

    def test_without_a_target_there_is_none_to_reach(self) -> None:
        assert found(indicator(0, target=None)) == ["o not-quantified return"]


class TestStandard:
    def test_at_least_is_not_lower(self) -> None:
        assert found(indicator(0, standard="100")) == []
        assert found(indicator(0, standard="100.01")) == ["o below-standard return"]

    def test_at_most_is_not_higher(self) -> None:
        assert found(indicator(1, standard="10")) == []
        assert found(indicator(1, standard="9.99")) == ["b below-standard return"]

    def test_equal_and_qualitative_have_none_to_compare(self) -> None:
        assert found(indicator(1, direction="equal", standard="9")) == []
        assert found(indicator(2, standard="9")) == []

    @pytest.mark.parametrize("blank", [None, "", "  "])
    def test_an_empty_standard_is_none(self, blank: str | None) -> None:
        assert found(indicator(0, standard=blank)) == []


class TestMoney:
    @pytest.mark.parametrize("items", [[], None, [{"amount": "999.99"}], [{"amount": "1000.01"}]])
    def test_items_sum_to_the_budget(self, items: Any) -> None:
        assert found(changed(items=items)) == ["budget budget-detail return"]

    def test_a_hundredth_is_not_lost_beside_the_largest_sums(self) -> None:
        items = [{"amount": "9999999999999999999999999.00"}, {"amount": "0.01"}]
        assert found({**project(budget="9999999999999999999999999.01"), "items": items}) == []
        assert found({**project(budget="9999999999999999999999999.00"), "items": items}) == [
            "budget budget-detail return"
        ]

    @pytest.mark.parametrize("budget", ["0", "-1", "0.00"])
    def test_a_budget_not_above_zero_is_no_declaration(self, budget: str) -> None:
        with pytest.raises(ValidationError, match="greater than 0"):
            found(project(budget=budget))


class TestMediumTerm:
    GOAL: ClassVar[dict[str, Any]] = {
        "id": "o",
        "total": "300",
        "by_year": {"2026": "100", "2027": "100", "2028": "100"},
    }

    def test_more_than_a_year_needs_goals_over_the_years(self) -> None:
        assert found(project(years=3)) == ["medium_term no-medium-term return"]
        assert found({**project(years=3), "medium_term": [self.GOAL]}) == []

    def test_years_sum_to_the_total(self) -> None:
        for years in ({"2026": "100", "2027": "200.01"}, {}, None):
            assert found(changed(medium_term=[{**self.GOAL, "by_year": years}])) == ["o not-decomposed return"]

    def test_this_year_has_its_part(self) -> None:
        assert found(changed(medium_term=[{**self.GOAL, "id": "x"}])) == ["x not-decomposed return"]

    def test_each_finding_once(self) -> None:
        goal = {**self.GOAL, "id": "x", "total": "1"}
        assert found(changed(medium_term=[goal, goal])) == ["x not-decomposed return"]


def test_findings_are_sorted_by_code_point() -> None:
    case = sound()
    case["annual"] = [{**case["annual"][0], "id": name, "unit": None} for name in ("b", "B", "中", "_")]
    assert [line.split()[0] for line in found(case) if "not-quantified" in line] == ["B", "_", "b", "中"]


def test_an_event_is_reviewed_as_the_file_of_it_is() -> None:
    assert review(Declared.of(submitted()), RULES) == Review((), "pass")
    assert _lines(review(Declared.of(submitted(items=(), ex_ante=None)), RULES)) == [
        "budget budget-detail return",
        "ex_ante no-ex-ante-evaluation blocker",
    ]


def test_an_adjustment_is_asked_for_its_indicators_alone() -> None:
    declared = Declared.of(submitted(items=(), ex_ante=None, medium_term=()))
    assert review_adjustment(declared, RULES) == Review((), "pass")


def test_a_rule_set_is_data() -> None:
    raw = RULES.model_dump()
    raw["levels"]["no-schedule"] = "blocker"
    raw["weights"]["by_scheme"]["mof-2020-10"]["output"] = "40"
    stricter = DeclarationRules.model_validate(raw)
    result = review(Declared.model_validate(indicator(0, schedule=None)), stricter)
    assert _lines(result) == ["o no-schedule blocker", "output weights return"]
    assert result.decision == "refuse"


def test_a_rule_set_forgets_no_rule_and_misspells_none() -> None:
    raw = RULES.model_dump()
    del raw["levels"]["weights"]
    with pytest.raises(ValidationError, match="rules without a level: weights"):
        DeclarationRules.model_validate(raw)
    with pytest.raises(ValidationError, match="extra"):
        DeclarationRules.model_validate({**RULES.model_dump(), "lvels": {}})
    raw = RULES.model_dump()
    raw["weights"]["default_scheme"] = "nobody's"
    with pytest.raises(ValidationError, match="not among the schemes"):
        DeclarationRules.model_validate(raw)
