"""The county's assessment of its units (政府绩效考核, 方案篇五): from what was issued, supplied, marked and surveyed to a ranked result.

A unit's total is its indicators + public opinion + leaders' marks + bonus − penalty. Each part has a maximum by class (a town 90 + 10,
a department 60 + 30 + 10, a restoration unit 70 + 30); the periods of a class weigh the same. `merits` holds bonus, penalty and what
bars a unit, `ranking` the ranks, places and grades. `score` is what the completion and `jixiao score` both run: there is one policy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from contracts.decision import Refusal
from contracts.kinds import Direction
from contracts.shares import NOTHING, rounded, share_of_target
from services.evaluation.domain import merits, ranking, refusals
from services.evaluation.domain.merits import Bonus, Penalty
from services.evaluation.domain.schemes import Band, ClassScheme, CountyScheme
from services.evaluation.domain.shares import exact_sum, mean

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class UnitIndicator:
    """A target issued in numbers (量化下达) with its weight of 100, and the actual that the data-collecting unit vouches for."""

    id: str
    weight: Decimal
    target: Decimal
    actual: Decimal | None
    direction: Direction = "at_least"


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What a unit is scored from. `indicators` and `leaders` by period, `public` by quarter (share satisfied, of 1)."""

    id: str
    unit_class: str
    indicators: Mapping[str, tuple[UnitIndicator, ...]] = field(default_factory=dict[str, tuple[UnitIndicator, ...]])
    leaders: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict[str, tuple[Decimal, ...]])
    public: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    bonuses: tuple[Bonus, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    disqualified_by: tuple[str, ...] = ()
    dereliction_approved: bool = False


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's result: each part and the total rounded once, from exact parts; `public` None where the class has none."""

    id: str
    unit_class: str
    indicator: Decimal
    public: Decimal | None
    leaders: Decimal
    bonus: Decimal
    penalty: Decimal
    total: Decimal
    grade: str
    rank: int
    consequence: str | None


def score(
    units: Sequence[UnitFigures], scheme: CountyScheme, places: Mapping[str, int], bands: tuple[Band, ...] | None = None
) -> tuple[UnitScore, ...] | Refusal:
    """The result of every unit, in the order given, or why there is none. Gaps are told before any other fault.

    `places` are the advanced places that people decided, by class; `bands` take the place of the scheme's.
    """
    bands = scheme.satisfaction_bands if bands is None else bands
    fault = _fault(units, scheme, bands) or ranking.fault_of_places(_members(units), places, scheme)
    if fault is not None:
        return fault
    totals = {unit.id: _parts(unit, scheme, bands) for unit in units}
    standings = ranking.rank(
        [
            ranking.Contender(
                unit.id,
                unit.unit_class,
                totals[unit.id].total,
                barred=bool(unit.disqualified_by),
                derelict=unit.dereliction_approved,
            )
            for unit in units
        ],
        scheme,
        places,
    )
    return tuple(_result(totals[unit.id], standings[unit.id]) for unit in units)


# Gaps ------------------------------------------------------------------------------------------------------------------------


def required(of: ClassScheme) -> tuple[str, ...]:
    """The parts that a unit of the class needs before it can be scored, such as `mid_term/indicators`, `Q3/public`."""
    return (
        *(f"{period}/{part}" for period in of.periods for part in ("indicators", "leaders")),
        *(f"{quarter}/public" for quarter in of.quarters),
    )


def given(unit: UnitFigures) -> frozenset[str]:
    """The parts that are there in full: a period's indicators only with every actual."""
    return frozenset(
        (
            *(
                f"{period}/indicators"
                for period, own in unit.indicators.items()
                if own and all(i.actual is not None for i in own)
            ),
            *(f"{period}/leaders" for period, marks in unit.leaders.items() if marks),
            *(f"{quarter}/public" for quarter in unit.public),
        )
    )


def gaps(unit: str, wanted: Collection[str], there: Collection[str]) -> tuple[str, ...]:
    """The gaps of a unit, each named `unit/period/part`."""
    return tuple(f"{unit}/{part}" for part in wanted if part not in there)


def missing(units: Sequence[UnitFigures], scheme: CountyScheme) -> refusals.FiguresMissing | None:
    """Every gap of every unit, sorted; None where there is none."""
    found = {
        gap
        for unit in units
        if unit.unit_class in scheme.classes
        for gap in gaps(unit.id, required(scheme.classes[unit.unit_class]), given(unit))
    }
    return refusals.FiguresMissing(tuple(sorted(found))) if found else None


# Points ----------------------------------------------------------------------------------------------------------------------


def indicator_points(indicators: Sequence[UnitIndicator], of: ClassScheme) -> Fraction:
    """A period's exact indicator points: the weighted shares, scaled from 100 to the class's maximum. Every actual must be there."""
    return sum((points_of(indicator, of) for indicator in indicators), NOTHING)


def points_of(indicator: UnitIndicator, of: ClassScheme) -> Fraction:
    """The exact points that one indicator earns in its period, of the class's maximum."""
    assert indicator.actual is not None
    reached = share_of_target(indicator.direction, indicator.actual, indicator.target)
    return Fraction(indicator.weight) / 100 * reached * Fraction(of.indicator)


def leader_points(marks: Sequence[Decimal]) -> Fraction:
    """A period's exact points from leaders: the mean of their marks."""
    return mean(tuple(Fraction(mark) for mark in marks))


def public_points(share: Decimal, bands: Sequence[Band]) -> Decimal | None:
    """A quarter's points: those of the highest band that the share satisfied reaches (社会评议); None below every band."""
    reached = [band for band in bands if share >= band.at_least]
    return max(reached, key=lambda band: band.at_least).points if reached else None


@dataclass(frozen=True, slots=True)
class _Parts:
    unit: UnitFigures
    indicator: Fraction
    public: Fraction | None
    leaders: Fraction
    bonus: Fraction
    penalty: Fraction

    @property
    def total(self) -> Decimal:
        """Rounded from exact parts: ranks and thresholds use the rounded total."""
        return rounded(self.indicator + (self.public or NOTHING) + self.leaders + self.bonus - self.penalty)


def _parts(unit: UnitFigures, scheme: CountyScheme, bands: tuple[Band, ...]) -> _Parts:
    of = scheme.classes[unit.unit_class]
    quarters = tuple(Fraction(public_points(unit.public[quarter], bands) or 0) for quarter in of.quarters)
    return _Parts(
        unit,
        indicator=mean(tuple(indicator_points(unit.indicators[period], of) for period in of.periods)),
        public=mean(quarters) if quarters else None,
        leaders=mean(tuple(leader_points(unit.leaders[period]) for period in of.periods)),
        bonus=merits.bonus_points(unit.bonuses, scheme.bonuses) if of.merits else NOTHING,
        penalty=merits.penalty_points(unit.penalties, scheme.penalties) if of.merits else NOTHING,
    )


def _result(parts: _Parts, standing: ranking.Standing) -> UnitScore:
    return UnitScore(
        parts.unit.id,
        parts.unit.unit_class,
        indicator=rounded(parts.indicator),
        public=None if parts.public is None else rounded(parts.public),
        leaders=rounded(parts.leaders),
        bonus=rounded(parts.bonus),
        penalty=rounded(parts.penalty),
        total=parts.total,
        grade=standing.grade,
        rank=standing.rank,
        consequence=standing.consequence,
    )


# Faults ----------------------------------------------------------------------------------------------------------------------


def _fault(units: Sequence[UnitFigures], scheme: CountyScheme, bands: tuple[Band, ...]) -> Refusal | None:
    fault: Refusal | None = missing(units, scheme)
    if fault is not None:
        return fault
    seen: set[str] = set()
    for unit in units:
        if unit.id in seen:
            return refusals.ListedTwice(unit.id)
        seen.add(unit.id)
        of = scheme.classes.get(unit.unit_class)
        fault = refusals.ClassUnknown(unit.id, unit.unit_class) if of is None else _fault_of(unit, of, scheme, bands)
        if fault is not None:
            return fault
    return None


def _fault_of(unit: UnitFigures, of: ClassScheme, scheme: CountyScheme, bands: tuple[Band, ...]) -> Refusal | None:
    for period, indicators in unit.indicators.items():
        fault = fault_of_period(f"{unit.id}/{period}", period, of) or fault_of_indicators(
            f"{unit.id}/{period}", indicators
        )
        if fault is not None:
            return fault
    for period, marks in unit.leaders.items():
        for mark in marks:
            fault = fault_of_period(f"{unit.id}/{period}", period, of) or fault_of_mark(f"{unit.id}/{period}", mark, of)
            if fault is not None:
                return fault
    if of.public is not None:
        fault = fault_of_bands(bands, of.public)
        for quarter, share in unit.public.items():
            fault = fault or fault_of_survey(f"{unit.id}/{quarter}", quarter, share, of, bands)
        if fault is not None:
            return fault
    return merits.fault_of(unit.id, unit.bonuses, unit.penalties, scheme) if of.merits else None


def fault_of_period(where: str, period: str, of: ClassScheme) -> Refusal | None:
    """The class is assessed in this period, or a refusal that names those it is assessed in."""
    return None if period in of.periods else refusals.PeriodUnknown(where, period, of.periods)


def fault_of_indicators(where: str, indicators: Sequence[UnitIndicator]) -> Refusal | None:
    """Weights of a period sum to 100, no target is negative, no indicator is there twice, each is at least or at most its target."""
    seen: set[str] = set()
    for indicator in indicators:
        place = f"{where}/{indicator.id}"
        if indicator.id in seen:
            return refusals.ListedTwice(place)
        seen.add(indicator.id)
        if indicator.direction == "equal":
            return refusals.DirectionUnknown(place, indicator.direction)
        if indicator.weight < 0:
            return refusals.WeightNegative(place, indicator.weight)
        if indicator.target < 0:
            return refusals.TargetNegative(place, indicator.target)
    total = exact_sum(indicator.weight for indicator in indicators)
    return None if total == HUNDRED else refusals.WeightsWrong(where, total, HUNDRED)


def fault_of_mark(where: str, mark: Decimal, of: ClassScheme) -> Refusal | None:
    """Leaders mark within a set range: 0 to the class's most."""
    return None if 0 <= mark <= of.leaders else refusals.MarkOutOfRange(where, mark, of.leaders)


def fault_of_survey(where: str, quarter: str, share: Decimal, of: ClassScheme, bands: Sequence[Band]) -> Refusal | None:
    """The share satisfied of a quarter lies in 0–1 and in a band."""
    if quarter not in of.quarters:
        return refusals.PeriodUnknown(where, quarter, of.quarters)
    if not 0 <= share <= 1:
        return refusals.ShareOutOfRange(where, share)
    return None if public_points(share, bands) is not None else refusals.ShareInNoBand(where, share)


def fault_of_bands(bands: Sequence[Band], most: Decimal) -> Refusal | None:
    """Bands start at different shares of 0–1 and give 0 to `most` points."""
    seen: set[Decimal] = set()
    for band in bands:
        if band.at_least in seen or not 0 <= band.at_least <= 1 or not 0 <= band.points <= most:
            return refusals.BandsWrong(band.at_least, band.points)
        seen.add(band.at_least)
    return None


def _members(units: Sequence[UnitFigures]) -> dict[str, int]:
    members: dict[str, int] = {}
    for unit in units:
        members[unit.unit_class] = members.get(unit.unit_class, 0) + 1
    return members
