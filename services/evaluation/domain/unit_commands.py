"""What may be asked for a unit in its assessment year: one command a figure (`unit` decides them).

Each is for one unit and year, under the scheme that the year's assessment was opened with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.evaluation.domain.schemes import CountyScheme
from services.evaluation.domain.unit_events import IssuedTarget


@dataclass(frozen=True, slots=True)
class OfUnit:
    """Which unit, which year, under which scheme."""

    unit: str
    year: int
    scheme: CountyScheme


@dataclass(frozen=True, slots=True)
class IssueTargets(OfUnit):
    """Issue a period's targets in numbers (量化下达)."""

    period: str
    indicators: tuple[IssuedTarget, ...]


@dataclass(frozen=True, slots=True)
class SupplyActuals(OfUnit):
    """Supply actuals of a period, and vouch for them."""

    period: str
    actuals: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class MarkUnit(OfUnit):
    """A leader's mark for a period."""

    period: str
    mark: Decimal


@dataclass(frozen=True, slots=True)
class ReportSatisfaction(OfUnit):
    """A quarter's share satisfied."""

    quarter: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class ClaimBonus(OfUnit):
    """Put a ground for a bonus forward."""

    bonus: str
    reason: str
    level: str | None = None
    points: Decimal | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class ConfirmBonus(OfUnit):
    """Confirm a bonus on its document."""

    bonus: str


@dataclass(frozen=True, slots=True)
class RecordPenalty(OfUnit):
    """Record a ground for a penalty."""

    penalty: str
    reason: str
    document: str
    level: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class BarUnit(OfUnit):
    """Bar the unit from advanced."""

    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class ApproveDereliction(OfUnit):
    """Approve the finding of dereliction with great loss."""

    document: str


Command = (
    IssueTargets
    | SupplyActuals
    | MarkUnit
    | ReportSatisfaction
    | ClaimBonus
    | ConfirmBonus
    | RecordPenalty
    | BarUnit
    | ApproveDereliction
)
