"""A unit's result explained down to each indicator, mark, quarter, bonus and penalty (分项说明), for those it is circulated to.

Every line is computed by the functions that score. Points are rounded for reading, each line for itself: the total is of exact
figures, so that it may differ from the sum of the lines by a hundredth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.shares import rounded, share_of_target
from services.evaluation.domain import county, merits
from services.evaluation.domain import unit_events as facts
from services.evaluation.domain.schemes import ClassScheme, CountyScheme
from services.evaluation.domain.unit import UnitState, figures


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator of a period: `share` of the target met (percent), `points` of the class's maximum; both None without an actual."""

    id: str
    name: str
    weight: Decimal
    direction: str
    target: Decimal
    actual: Decimal | None
    share: Decimal | None
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A period: its indicators with their points, its marks with their mean. None where something is missing yet."""

    period: str
    indicators: tuple[IndicatorLine, ...]
    indicator_points: Decimal | None
    marks: tuple[tuple[str, Decimal], ...]
    leader_points: Decimal | None


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """A quarter's survey: share satisfied (of 1) and the points of its band; None where it is missing yet."""

    quarter: str
    share: Decimal | None
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class BonusLine:
    """A claimed bonus: what it is worth, and why it counts or not: `counts`, `unconfirmed`, `no_document`."""

    claim: facts.BonusClaimed
    worth: Decimal
    standing: str


@dataclass(frozen=True, slots=True)
class PenaltyLine:
    """A recorded penalty: what it takes off, and whether it counts: `counts`, `unverified`."""

    record: facts.PenaltyRecorded
    worth: Decimal
    standing: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a unit's result is made of, as it stands now."""

    periods: tuple[PeriodLine, ...]
    quarters: tuple[QuarterLine, ...]
    bonuses: tuple[BonusLine, ...]
    penalties: tuple[PenaltyLine, ...]
    bars: tuple[facts.UnitBarred, ...]
    dereliction: facts.DerelictionApproved | None
    tie: facts.TieDecided | None
    missing: tuple[str, ...]


def explain(state: UnitState, scheme: CountyScheme) -> Explanation:
    """The parts of a unit's result, and what is still missing for it."""
    assert state.entered is not None
    of, given = scheme.classes[state.entered.unit_class], figures(state)
    return Explanation(
        periods=tuple(_period(period, state, given, of) for period in of.periods),
        quarters=tuple(_quarter(quarter, state, scheme) for quarter in of.quarters),
        bonuses=tuple(_bonus(claim, claim.bonus in state.confirmed, scheme) for claim in state.bonuses.values()),
        penalties=tuple(_penalty(record, scheme) for record in state.penalties.values()),
        bars=tuple(state.bars.values()),
        dereliction=state.dereliction,
        tie=state.tie,
        missing=county.gaps(given.id, county.required(of), county.given(given)),
    )


def _period(period: str, state: UnitState, given: county.UnitFigures, of: ClassScheme) -> PeriodLine:
    issued, indicators = state.targets.get(period, ()), given.indicators.get(period, ())
    marks = tuple(sorted(state.marks.get(period, {}).items()))
    complete = bool(indicators) and all(indicator.actual is not None for indicator in indicators)
    return PeriodLine(
        period,
        indicators=tuple(
            _indicator(target.name or target.id, indicator, of)
            for target, indicator in zip(issued, indicators, strict=True)
        ),
        indicator_points=rounded(county.indicator_points(indicators, of)) if complete else None,
        marks=marks,
        leader_points=rounded(county.leader_points(_values(marks))) if marks else None,
    )


def _indicator(name: str, indicator: county.UnitIndicator, of: ClassScheme) -> IndicatorLine:
    share = points = None
    if indicator.actual is not None:
        share = rounded(100 * share_of_target(indicator.direction, indicator.actual, indicator.target))
        points = rounded(county.points_of(indicator, of))
    return IndicatorLine(
        indicator.id, name, indicator.weight, indicator.direction, indicator.target, indicator.actual, share, points
    )


def _quarter(quarter: str, state: UnitState, scheme: CountyScheme) -> QuarterLine:
    share = state.satisfaction.get(quarter)
    return QuarterLine(
        quarter, share, None if share is None else county.public_points(share, scheme.satisfaction_bands)
    )


def _bonus(claim: facts.BonusClaimed, confirmed: bool, scheme: CountyScheme) -> BonusLine:
    bonus = merits.Bonus(claim.reason, claim.level, claim.points, claim.document, confirmed)
    standing = "counts" if bonus.counts else "unconfirmed" if claim.document else "no_document"
    return BonusLine(claim, merits.worth_of_bonus(bonus, scheme.bonuses) or Decimal(0), standing)


def _penalty(record: facts.PenaltyRecorded, scheme: CountyScheme) -> PenaltyLine:
    penalty = merits.Penalty(record.reason, record.level, record.verified)
    standing = "counts" if merits.penalty_counts(penalty, scheme.penalties) else "unverified"
    return PenaltyLine(record, merits.worth_of_penalty(penalty, scheme.penalties) or Decimal(0), standing)


def _values(marks: Sequence[tuple[str, Decimal]]) -> tuple[Decimal, ...]:
    return tuple(mark for _, mark in marks)
