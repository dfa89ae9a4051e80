"""A project's self-evaluation: every sentence of the scheme by hand, and what holds for any project."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.decision import Refusal
from services.evaluation.domain import refusals, self_evaluation
from services.evaluation.domain.schemes import ExecutionCap, OverCompletion, ProjectScheme
from services.evaluation.domain.self_evaluation import IndicatorFigures, ProjectFigures, ProjectScore
from tests.domain.evaluation.scenario import MOF_2020, MOF_2021


def measured(
    id: str, dimension: str, weight: str, actual: str | None, target: str = "100", **more: Any
) -> IndicatorFigures:
    """A quantitative indicator."""
    return IndicatorFigures(
        id,
        dimension,
        Decimal(weight),
        target=Decimal(target),
        actual=None if actual is None else Decimal(actual),
        **more,
    )


def judged(id: str, dimension: str, weight: str, level: Any, share: str) -> IndicatorFigures:
    """A qualitative indicator."""
    return IndicatorFigures(id, dimension, Decimal(weight), "qualitative", level=level, share=Decimal(share))


FULL = (
    measured("o", "output", "50", "100"),
    measured("b", "benefit", "30", "100"),
    measured("s", "satisfaction", "10", "100"),
)


def project(*indicators: IndicatorFigures, budget: str = "1000", paid: str | None = "1000") -> ProjectFigures:
    """A project whose figures are full but for those given, which take the place of the one of their dimension."""
    replaced = {indicator.dimension for indicator in indicators}
    kept = tuple(indicator for indicator in FULL if indicator.dimension not in replaced)
    return ProjectFigures(Decimal(budget), None if paid is None else Decimal(paid), (*indicators, *kept))


def scored(figures: ProjectFigures, scheme: ProjectScheme = MOF_2020) -> ProjectScore:
    """The score, which there must be."""
    result = self_evaluation.score(figures, scheme)
    assert isinstance(result, ProjectScore), result
    return result


def refused(figures: ProjectFigures, scheme: ProjectScheme = MOF_2020) -> Refusal:
    """The refusal, which there must be."""
    result = self_evaluation.score(figures, scheme)
    assert isinstance(result, Refusal), result
    return result


@pytest.mark.parametrize(
    ("paid", "points"), [("1000", "10.00"), ("1500", "10.00"), ("0", "0.00"), ("333.33", "3.33"), ("958", "9.58")]
)
def test_execution_is_ten_times_paid_by_budget_at_most_ten(paid: str, points: str) -> None:
    assert scored(project(paid=paid)).parts["execution"] == Decimal(points)


@pytest.mark.parametrize(
    ("actual", "low", "points"),
    [
        ("100", True, "50.00"),
        ("130", True, "50.00"),
        ("131", True, "49.50"),
        ("180", True, "25.00"),
        ("230", True, "0.00"),
        ("500", True, "0.00"),
        ("500", False, "50.00"),
        ("80", True, "40.00"),
    ],
)
def test_what_lies_beyond_a_target_set_low_is_taken_off(actual: str, low: bool, points: str) -> None:
    assert scored(project(measured("o", "output", "50", actual, target_set_low=low))).parts["output"] == Decimal(points)


@pytest.mark.parametrize("direction", ["at_most", "equal"])
def test_a_target_can_only_have_been_set_low_where_more_is_better(direction: Any) -> None:
    plain = scored(project(measured("o", "output", "50", "150", direction=direction)))
    assert scored(project(measured("o", "output", "50", "150", direction=direction, target_set_low=True))) == plain


def test_a_target_of_zero_set_low_is_still_met() -> None:
    assert scored(project(measured("o", "output", "50", "7", "0", target_set_low=True))).parts["output"] == 50


@pytest.mark.parametrize(
    ("level", "share", "fits"),
    [
        ("reached", "1", True), ("reached", "0.80", True), ("reached", "0.7999", False), ("reached", "1.0001", False),
        ("partly", "0.60", True), ("partly", "0.7999", True), ("partly", "0.80", False), ("partly", "0.5999", False),
        ("missed", "0", True), ("missed", "0.5999", True), ("missed", "0.60", False), ("missed", "-0.01", False),
    ],
)  # fmt: skip
def test_a_level_has_its_shares(level: Any, share: str, fits: bool) -> None:
    result = self_evaluation.score(project(judged("s", "satisfaction", "10", level, share)), MOF_2020)
    if fits:
        assert isinstance(result, ProjectScore)
        assert result.parts["satisfaction"] == round(Decimal(share) * 10, 2)
    else:
        assert result == refusals.ShareOutsideLevel("s", level, Decimal(share))


@pytest.mark.parametrize(
    ("actual", "total", "grade", "consequence"),
    [
        ("80", "90.00", "excellent", "key_support"),
        ("79.99", "90.00", "excellent", "key_support"),  # 89.995: rounded first, graded then
        ("79.98", "89.99", "good", "priority"),
        ("60", "80.00", "good", "priority"),
        ("59.97", "79.99", "fair", "tighten"),
        ("20", "60.00", "fair", "tighten"),
        ("19", "59.50", "poor", "watch"),
    ],
)
def test_a_grade_goes_by_the_rounded_total(actual: str, total: str, grade: str, consequence: str) -> None:
    result = scored(project(measured("o", "output", "50", actual)))
    assert (result.total, result.grade, result.consequence) == (Decimal(total), grade, consequence)


def test_the_total_is_of_unrounded_parts() -> None:
    """Three parts of 0.004 are 0.012, not three times 0.00."""
    zero = project(
        measured("o", "output", "50", "0.008"),
        measured("b", "benefit", "30", "0.0134"),
        measured("s", "satisfaction", "10", "0.04"),
        paid="0",
    )
    result = scored(zero)
    assert set(result.parts.values()) == {Decimal("0.00")}
    assert result.total == Decimal("0.01")


def test_cost_stands_on_its_own_in_the_second_scheme() -> None:
    figures = ProjectFigures(
        Decimal(100),
        Decimal(50),
        (
            measured("c", "cost", "20", "200", direction="at_most"),
            measured("o", "output", "40", "100"),
            measured("b", "benefit", "20", "100"),
            measured("s", "satisfaction", "10", "100"),
        ),
    )
    assert scored(figures, MOF_2021).parts == {
        "execution": 5,
        "cost": 10,
        "output": 40,
        "benefit": 20,
        "satisfaction": 10,
    }
    assert refused(figures) == refusals.DimensionUnknown("c", "cost")


class TestRefusals:
    def test_every_gap_is_named_before_any_other_fault(self) -> None:
        unknown = IndicatorFigures("s", "satisfaction", Decimal(3), "qualitative")
        untargeted = IndicatorFigures("b", "benefit", Decimal(30))
        figures = project(measured("o", "output", "50", None, "-1"), unknown, untargeted, paid=None, budget="0")
        assert refused(figures) == refusals.FiguresMissing(
            ("b/actual", "b/target", "o/actual", "paid", "s/level", "s/share")
        )

    def test_money(self) -> None:
        assert refused(project(budget="0")) == refusals.BudgetNotPositive(Decimal(0))
        assert refused(project(paid="-0.01")) == refusals.PaidNegative(Decimal("-0.01"))

    def test_weights(self) -> None:
        assert refused(project(measured("o", "output", "49.99", "1"))) == refusals.WeightsWrong(
            "output", Decimal("49.99"), Decimal(50)
        )
        assert refused(replace(project(), indicators=FULL[:2])) == refusals.WeightsWrong(
            "satisfaction", Decimal(0), Decimal(10)
        )
        assert refused(project(measured("o", "output", "-1", "1"))) == refusals.WeightNegative("o", Decimal(-1))

    def test_indicators(self) -> None:
        assert refused(project(measured("o", "output", "50", "1", "-1"))) == refusals.TargetNegative("o", Decimal(-1))
        twice = (measured("o", "output", "25", "1"), measured("o", "output", "25", "1"))
        assert refused(project(*twice)) == refusals.ListedTwice("o")


class TestLocalRules:
    """A local scheme differs in shape, and its file says so."""

    CAPS = tuple(
        ExecutionCap(below=Decimal(below), total=Decimal(total))
        for below, total in (("0.80", 89), ("0.70", 79), ("0.60", 69), ("0.50", 59))
    )
    LOCAL = MOF_2020.model_copy(
        update={"over_completion": OverCompletion(passed_by=Decimal("0.30"), points=Decimal(2)), "execution_caps": CAPS}
    )

    @pytest.mark.parametrize(
        ("paid", "total"), [("1000", "100.00"), ("800", "98.00"), ("799.99", "89.00"), ("700", "89.00"), ("650", "79.00"),
                            ("500", "69.00"), ("499.99", "59.00"), ("0", "59.00")],
    )  # fmt: skip
    def test_little_execution_caps_the_total(self, paid: str, total: str) -> None:
        assert scored(project(paid=paid), self.LOCAL).total == Decimal(total)

    def test_a_cap_takes_nothing_from_a_lower_total(self) -> None:
        assert scored(project(measured("o", "output", "50", "20"), paid="700"), self.LOCAL).total == Decimal("57.00")

    def test_each_target_passed_by_far_costs_two_points(self) -> None:
        far = (
            measured("o", "output", "50", "130"),
            measured("b", "benefit", "30", "129.99"),
            measured("s", "satisfaction", "10", "900"),
        )
        assert scored(project(*far), self.LOCAL).total == Decimal("96.00")
        fewer = measured("o", "output", "50", "1", direction="at_most")
        assert scored(project(fewer), self.LOCAL).total == Decimal("100.00")

    def test_a_total_is_never_below_zero(self) -> None:
        harsh = self.LOCAL.model_copy(
            update={"over_completion": OverCompletion(passed_by=Decimal("0.30"), points=Decimal(100))}
        )
        assert scored(project(measured("o", "output", "50", "130")), harsh).total == 0


AMOUNTS = st.decimals(0, 10**9, places=2)


@given(AMOUNTS, AMOUNTS, st.decimals(0, 1000, places=2), st.booleans())
def test_parts_lie_within_their_points_and_the_total_within_a_hundred(
    paid: Decimal, budget: Decimal, actual: Decimal, low: bool
) -> None:
    result = scored(
        project(measured("o", "output", "50", str(actual), target_set_low=low), paid=str(paid), budget=str(budget + 1))
    )
    assert all(0 <= result.parts[part] <= most for part, most in {"execution": 10, **MOF_2020.dimensions}.items())
    assert 0 <= result.total <= 100
    assert abs(sum(result.parts.values()) - result.total) <= Decimal("0.02")
    assert result.grade == MOF_2020.grade(result.total).grade


@given(AMOUNTS, AMOUNTS)
def test_more_money_spent_is_never_worth_less(one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))
    assert (
        scored(project(paid=str(less), budget="500000000")).total
        <= scored(project(paid=str(more), budget="500000000")).total
    )
