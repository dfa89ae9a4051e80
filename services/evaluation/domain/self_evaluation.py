"""Self-evaluation of a project (项目支出绩效自评): budget execution and every indicator in points, a total, a grade, what follows.

The national schemes are 财预〔2020〕10号 and, with cost indicators on their own, 财预〔2021〕101号; a local scheme may take points off for
over-completion or cap the total where little was executed. Points, ranges, grades and caps are the scheme's (`schemes.ProjectScheme`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from contracts.decision import Refusal
from contracts.kinds import Direction
from contracts.shares import FULL, NOTHING, rounded, share_of_target
from services.evaluation.domain import refusals
from services.evaluation.domain.schemes import Level, ProjectScheme
from services.evaluation.domain.shares import exact_sum, passed_by

EXECUTION = "execution"


@dataclass(frozen=True, slots=True)
class IndicatorFigures:
    """One indicator: its weight in points; target and actual where it is quantitative, level and share where it is qualitative.

    `target_set_low` is a finding of the review (目标值设定明显偏低).
    """

    id: str
    dimension: str
    weight: Decimal
    type: Literal["quantitative", "qualitative"] = "quantitative"
    direction: Direction = "at_least"
    target: Decimal | None = None
    actual: Decimal | None = None
    target_set_low: bool = False
    level: Level | None = None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProjectFigures:
    """What a project is scored from: budget and payments in yuan, and its indicators. `paid` None: not known yet."""

    budget: Decimal
    paid: Decimal | None
    indicators: tuple[IndicatorFigures, ...]


@dataclass(frozen=True, slots=True)
class ProjectScore:
    """Points of execution and of each dimension, total and grade, each rounded once; `consequence` is what the scheme prescribes."""

    parts: Mapping[str, Decimal]
    total: Decimal
    grade: str
    consequence: str


def score(figures: ProjectFigures, scheme: ProjectScheme) -> ProjectScore | Refusal:
    """The project's score under the scheme, or why there is none. Gaps are told before any other fault."""
    fault = _fault(figures, scheme)
    if fault is not None:
        return fault
    rate = execution_rate(figures)
    exact: dict[str, Fraction] = {EXECUTION: min(FULL, rate) * Fraction(scheme.execution)}
    for dimension in scheme.dimensions:
        own = (indicator for indicator in figures.indicators if indicator.dimension == dimension)
        exact[dimension] = sum((points(indicator, scheme) for indicator in own), NOTHING)
    total = rounded(_capped(sum(exact.values(), NOTHING) - _over_completion(figures, scheme), rate, scheme))
    grade = scheme.grade(total)
    return ProjectScore({part: rounded(value) for part, value in exact.items()}, total, grade.grade, grade.consequence)


def gaps(figures: ProjectFigures) -> tuple[str, ...]:
    """Every figure that is still missing, sorted: `paid`, `canal/actual`, `repute/level`, `repute/share`."""
    found = ["paid"] if figures.paid is None else []
    for indicator in figures.indicators:
        if indicator.type == "quantitative":
            wanted: dict[str, object] = {"target": indicator.target, "actual": indicator.actual}
        else:
            wanted = {"level": indicator.level, "share": indicator.share}
        found += [f"{indicator.id}/{name}" for name, value in wanted.items() if value is None]
    return tuple(sorted(set(found)))


def execution_rate(figures: ProjectFigures) -> Fraction:
    """Budget execution rate (预算执行率): paid ÷ budget, a share of 1 that may pass 1."""
    return Fraction(figures.paid or 0) / Fraction(figures.budget)


def points(indicator: IndicatorFigures, scheme: ProjectScheme) -> Fraction:
    """The indicator's exact points: weight × share reached."""
    return Fraction(indicator.weight) * share(indicator, scheme)


def share(indicator: IndicatorFigures, scheme: ProjectScheme) -> Fraction:
    """The share of an indicator's weight that it earns, 0–1; its figures must be there.

    Quantitative: the share of the target; where the target was set low, what lies beyond the scheme's over-completion is taken off.
    """
    if indicator.type == "qualitative":
        assert indicator.share is not None
        return Fraction(indicator.share)
    assert indicator.actual is not None and indicator.target is not None
    if indicator.target_set_low and indicator.direction == "at_least":
        beyond = passed_by(indicator.actual, indicator.target) - Fraction(scheme.set_low_beyond)
        if beyond > 0:
            return max(NOTHING, 1 - beyond)
    return share_of_target(indicator.direction, indicator.actual, indicator.target)


def _over_completion(figures: ProjectFigures, scheme: ProjectScheme) -> Fraction:
    """Points that a local scheme takes off for each target passed by far."""
    rule = scheme.over_completion
    if rule is None:
        return NOTHING
    passed = [
        indicator
        for indicator in figures.indicators
        if indicator.type == "quantitative" and indicator.direction == "at_least"
        and indicator.actual is not None and indicator.target is not None
        and passed_by(indicator.actual, indicator.target) >= Fraction(rule.passed_by)
    ]  # fmt: skip
    return len(passed) * Fraction(rule.points)


def _capped(total: Fraction, rate: Fraction, scheme: ProjectScheme) -> Fraction:
    """The total, not below 0 and not above the cap of a low execution rate."""
    caps = [Fraction(cap.total) for cap in scheme.execution_caps if rate < Fraction(cap.below)]
    return max(NOTHING, min([total, *caps]))


def _fault(figures: ProjectFigures, scheme: ProjectScheme) -> Refusal | None:
    missing = gaps(figures)
    if missing:
        return refusals.FiguresMissing(missing)
    if figures.budget <= 0:
        return refusals.BudgetNotPositive(figures.budget)
    if figures.paid is not None and figures.paid < 0:
        return refusals.PaidNegative(figures.paid)
    seen: set[str] = set()
    for indicator in figures.indicators:
        if indicator.id in seen:
            return refusals.ListedTwice(indicator.id)
        seen.add(indicator.id)
        fault = _fault_of(indicator, scheme)
        if fault is not None:
            return fault
    for dimension, due in scheme.dimensions.items():
        weight = exact_sum(indicator.weight for indicator in figures.indicators if indicator.dimension == dimension)
        if weight != due:
            return refusals.WeightsWrong(dimension, weight, due)
    return None


def _fault_of(indicator: IndicatorFigures, scheme: ProjectScheme) -> Refusal | None:
    if indicator.dimension not in scheme.dimensions:
        return refusals.DimensionUnknown(indicator.id, indicator.dimension)
    if indicator.weight < 0:
        return refusals.WeightNegative(indicator.id, indicator.weight)
    if indicator.type == "quantitative":
        return (
            refusals.TargetNegative(indicator.id, indicator.target)
            if indicator.target is not None and indicator.target < 0
            else None
        )
    if (
        indicator.level is not None
        and indicator.share is not None
        and not scheme.levels[indicator.level].holds(indicator.share)
    ):
        return refusals.ShareOutsideLevel(indicator.id, indicator.level, indicator.share)
    return None
