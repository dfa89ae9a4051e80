"""Why evaluation says no. Each refusal carries the fields of its sentence in `words.toml`.

    figures   missing, wrong, or outside their range          → FiguresMissing … DimensionUnknown
    grounds   of bonuses, penalties, bars                      → GroundUnknown … BonusAlreadyConfirmed
    places    of the advanced                                  → PlacesNotDecided … NoPlaceLeft
    state     what has to happen first, or has happened        → GoalNotApproved … NotCompleted
    cases     what `jixiao score` is given                     → SchemeUnreadable … ChoiceUnknown

`where` is a place such as `department-03/mid_term/gdp`: unit, period, indicator.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from contracts.decision import Refusal

# figures ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FiguresMissing(Refusal):
    """A score would need figures that nobody has given: every gap is named, none counts as zero."""

    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeightsWrong(Refusal):
    """The weights of a period or a dimension do not sum to what the scheme says."""

    where: str
    total: Decimal
    due: Decimal


@dataclass(frozen=True, slots=True)
class WeightNegative(Refusal):
    """A weight below 0."""

    where: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class TargetNegative(Refusal):
    """A target below 0 has no pro-rata share."""

    where: str
    target: Decimal


@dataclass(frozen=True, slots=True)
class DirectionUnknown(Refusal):
    """A unit's target is at least or at most a number, nothing else."""

    where: str
    direction: str


@dataclass(frozen=True, slots=True)
class MarkOutOfRange(Refusal):
    """A leader's mark outside 0 to the class's most."""

    where: str
    mark: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class ShareOutOfRange(Refusal):
    """A satisfied share outside 0–1."""

    where: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class ShareInNoBand(Refusal):
    """A satisfied share below every band of the survey."""

    where: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class BandsWrong(Refusal):
    """Two bands of the survey start at the same share, or a band gives more points than the class's public part has."""

    at_least: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class ShareOutsideLevel(Refusal):
    """A qualitative indicator's share does not fit its level."""

    where: str
    level: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class BudgetNotPositive(Refusal):
    """Execution is measured against a budget above 0 (yuan)."""

    budget: Decimal


@dataclass(frozen=True, slots=True)
class PaidNegative(Refusal):
    """More was reversed than paid (yuan): there is no execution to score."""

    paid: Decimal


@dataclass(frozen=True, slots=True)
class ListedTwice(Refusal):
    """Something is there twice where it has to be told apart: a unit, an indicator."""

    where: str


@dataclass(frozen=True, slots=True)
class ClassUnknown(Refusal):
    """The scheme has no such class of units."""

    where: str
    unit_class: str


@dataclass(frozen=True, slots=True)
class PeriodUnknown(Refusal):
    """The class is not assessed in such a period."""

    where: str
    period: str
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DimensionUnknown(Refusal):
    """The scheme does not score such a dimension."""

    where: str
    dimension: str


@dataclass(frozen=True, slots=True)
class IndicatorUnknown(Refusal):
    """No approved goal or issued target has such an indicator."""

    where: str
    indicator: str


@dataclass(frozen=True, slots=True)
class IndicatorNotQualitative(Refusal):
    """A level was given for an indicator that is measured in numbers."""

    indicator: str


# grounds ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroundUnknown(Refusal):
    """The scheme gives no points for such a reason at such a level, or bars nobody for it."""

    where: str
    reason: str
    level: str | None


@dataclass(frozen=True, slots=True)
class PointsNotDecided(Refusal):
    """A bonus by decision of the county leaders needs its points, not below 0."""

    where: str


@dataclass(frozen=True, slots=True)
class MeritsNotForClass(Refusal):
    """Neither bonus nor penalty applies to the class (方案篇五: 古城恢复单位)."""

    unit: str
    unit_class: str


@dataclass(frozen=True, slots=True)
class PublicNotForClass(Refusal):
    """The class has no satisfaction survey."""

    unit: str
    unit_class: str


@dataclass(frozen=True, slots=True)
class BonusUnknown(Refusal):
    """Nobody has claimed such a bonus."""

    unit: str
    bonus: str


@dataclass(frozen=True, slots=True)
class BonusWithoutDocument(Refusal):
    """A bonus counts on a document; without one it can't be confirmed."""

    unit: str
    bonus: str


@dataclass(frozen=True, slots=True)
class BonusAlreadyConfirmed(Refusal):
    """A confirmed bonus can't be claimed anew with another content."""

    unit: str
    bonus: str


# places ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlacesNotDecided(Refusal):
    """The number of advanced places of the class is for people to decide, and has not been decided."""

    unit_class: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class PlacesOutOfRange(Refusal):
    """The number of advanced places of the class is outside what the plan allows."""

    unit_class: str
    places: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class NotUndecided(Refusal):
    """The unit is not among equals who wait for a decision."""

    unit: str
    grade: str


@dataclass(frozen=True, slots=True)
class NoPlaceLeft(Refusal):
    """All places that the equals compete for have been given."""

    unit: str
    places: int


# state -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoalNotApproved(Refusal):
    """A project without approved goals can't be evaluated."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class SchemeUnknown(Refusal):
    """There is no such scheme, or no version of it in force on the day."""

    scheme: str


@dataclass(frozen=True, slots=True)
class AssessmentNotOpen(Refusal):
    """The year's assessment of units has not been opened."""

    year: int


@dataclass(frozen=True, slots=True)
class AssessmentAlreadyOpen(Refusal):
    """The year's assessment was opened with other units."""

    year: int


@dataclass(frozen=True, slots=True)
class UnitNotAssessed(Refusal):
    """The unit is not in the year's assessment."""

    unit: str
    year: int


@dataclass(frozen=True, slots=True)
class TargetsNotIssued(Refusal):
    """Actuals can't come before the targets of the period."""

    unit: str
    period: str


@dataclass(frozen=True, slots=True)
class NotCompleted(Refusal):
    """The year's assessment has not been completed, so there is no tie to decide."""

    year: int


# cases -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SchemeUnreadable(Refusal):
    """The scheme file that was to be tried can't be opened, or is no UTF-8 text."""

    file: str


@dataclass(frozen=True, slots=True)
class SchemeUnusable(Refusal):
    """The scheme file that was to be tried does not say what a scheme must."""

    problems: str


@dataclass(frozen=True, slots=True)
class FieldMissing(Refusal):
    """The case lacks a field that it needs."""

    where: str


@dataclass(frozen=True, slots=True)
class ValueWrong(Refusal):
    """A field of the case is not of the kind `expected`: `object`, `list`, `text`, `number`, `whole-number`, `flag`."""

    where: str
    expected: str


@dataclass(frozen=True, slots=True)
class ChoiceUnknown(Refusal):
    """A field of the case is none of its `choices`."""

    where: str
    choices: tuple[str, ...]
