"""What happens to a unit in its assessment year (单位考核年度): private facts, on the stream `unit/UNIT/YEAR`.

Targets are issued in numbers, actuals vouched for by the data-collecting unit, leaders mark, people are asked, grounds for bonus and
penalty are recorded, and people decide ties. The result leaves as `EvaluationCompleted`. Source of all: 方案篇五.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from contracts.event import PrivateEvent, Value
from contracts.kinds import Code, Exact, Score, Share, Text


def unit_stream(unit: str, year: int) -> str:
    """The stream of a unit's assessment year."""
    return f"unit/{unit}/{year}"


class _OfUnit(PrivateEvent):
    owner: ClassVar[str] = "evaluation"

    unit: Code
    year: int

    def stream(self) -> str:
        return unit_stream(self.unit, self.year)


class UnitEntered(_OfUnit):
    """A unit is in the year's assessment, in a class, under a scheme.

    Example::

        {"unit": "town-2", "year": 2026, "name": "城关镇", "unit_class": "town", "scheme": "plan5@1"}
    """

    name: Text
    unit_class: Code
    scheme: Text


class IssuedTarget(Value):
    """A target in numbers (量化下达): `weight` of the period's 100."""

    id: Code
    name: Text | None = None
    weight: Exact
    direction: Literal["at_least", "at_most"] = "at_least"
    target: Exact


class TargetsIssued(_OfUnit):
    """A period's targets were issued; later ones for the period take their place.

    Example::

        {"unit": "town-2", "year": 2026, "period": "mid_term", "indicators": [{"id": "gdp", "name": "地区生产总值增长",
         "weight": "100", "direction": "at_least", "target": "6.5"}], "issued_by": "周敏 (performance-office, performance-office)"}
    """

    period: Code
    indicators: tuple[IssuedTarget, ...]
    issued_by: Text


class ActualsSupplied(_OfUnit):
    """The data-collecting unit (数据采集责任单位) supplied actuals and vouches for them; a later value corrects the earlier.

    Example::

        {"unit": "town-2", "year": 2026, "period": "mid_term", "actuals": {"gdp": "6.8"}, "supplied_by": "何平 (data-unit, statistics)"}
    """

    period: Code
    actuals: dict[Code, Exact]
    supplied_by: Text


class LeaderMarked(_OfUnit):
    """A leader marked the unit for a period (领导评分); one mark a leader and period, a later one corrects.

    Example::

        {"unit": "town-2", "year": 2026, "period": "mid_term", "leader": "陈县长", "mark": "9.20"}
    """

    period: Code
    leader: Text
    mark: Score


class SatisfactionReported(_OfUnit):
    """A quarter's satisfaction survey (社会评议): the share of 1 that was satisfied.

    Example::

        {"unit": "department-03", "year": 2026, "quarter": "Q1", "share": "0.93",
         "reported_by": "周敏 (performance-office, performance-office)"}
    """

    quarter: Code
    share: Share
    reported_by: Text


class BonusClaimed(_OfUnit):
    """A ground for a bonus was put forward (加分申报). It counts on a document and once confirmed.

    Example::

        {"unit": "town-2", "year": 2026, "bonus": "b1", "reason": "commendation", "level": "province", "points": null,
         "document": "省政通〔2026〕8号", "claimed_by": "吴亮 (unit, town-2)"}
    """

    bonus: Code
    reason: Code
    level: Code | None = None
    points: Score | None = None
    document: Text | None = None
    claimed_by: Text


class BonusConfirmed(_OfUnit):
    """The performance office confirmed a bonus on its document (加分确认).

    Example::

        {"unit": "town-2", "year": 2026, "bonus": "b1", "confirmed_by": "周敏 (performance-office, performance-office)"}
    """

    bonus: Code
    confirmed_by: Text


class PenaltyRecorded(_OfUnit):
    """A ground for a penalty (扣分); a later record of the same `penalty` takes its place, as when a complaint is found true.

    Example::

        {"unit": "town-2", "year": 2026, "penalty": "p1", "reason": "complaint", "level": null, "verified": true,
         "document": "县优环办〔2026〕3号", "recorded_by": "周敏 (performance-office, performance-office)"}
    """

    penalty: Code
    reason: Code
    level: Code | None = None
    verified: bool = False
    document: Text
    recorded_by: Text


class UnitBarred(_OfUnit):
    """The unit can't be advanced this year (不得评为先进): accident, yellow card or veto, corruption in the leadership.

    Example::

        {"unit": "town-2", "year": 2026, "reason": "serious_accident", "document": "县安委〔2026〕5号",
         "barred_by": "周敏 (performance-office, performance-office)"}
    """

    reason: Code
    document: Text
    barred_by: Text


class DerelictionApproved(_OfUnit):
    """Dereliction with great loss was found, and a main leader approved the finding (失职渎职): unqualified, whatever the score.

    Example::

        {"unit": "town-2", "year": 2026, "document": "县绩效〔2026〕19号", "approved_by": "陈县长 (leader, county)"}
    """

    document: Text
    approved_by: Text


class TieDecided(_OfUnit):
    """A leader decided whether a unit that waits among equals is advanced (同分决定). It holds for that `total` alone.

    Example::

        {"unit": "town-2", "year": 2026, "advanced": true, "total": "99.40", "reason": "重点工程全部提前完成",
         "decided_by": "陈县长 (leader, county)"}
    """

    advanced: bool
    total: Score
    reason: Text
    decided_by: Text


OF_UNIT: tuple[type[PrivateEvent], ...] = (
    UnitEntered,
    TargetsIssued,
    ActualsSupplied,
    LeaderMarked,
    SatisfactionReported,
    BonusClaimed,
    BonusConfirmed,
    PenaltyRecorded,
    UnitBarred,
    DerelictionApproved,
    TieDecided,
)
