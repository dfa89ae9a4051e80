"""Private events of monitoring: a deviation dismissed, how an ordered correction (整改) goes on. They stay in this service."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from contracts.event import OfProject, PrivateEvent
from contracts.kinds import Code, Text
from contracts.monitoring import FindingLevel


class DeviationDismissed(OfProject, PrivateEvent):
    """An official dismissed a deviation with a reason: it counts as dealt with until its rule is found graver or found anew.

    `rule` and `level` are those of the deviation as it was dismissed; `sets_aside` is the recommendation that rested on it alone.
    Source: 方案篇一 双监控 (系统提出，由人决定).

    Example::

        {"project": "CS-2026-007", "year": 2026, "deviation": "2026-06/mismatch", "rule": "mismatch", "level": "suspend",
         "reason": "合同约定完工后一次支付", "document": "县财绩〔2026〕5号", "sets_aside": "suspend",
         "dismissed_by": "赵强 (official, finance)", "dismissed_on": "2026-07-14"}
    """

    owner: ClassVar[str] = "monitoring"

    deviation: Text
    rule: Code
    level: FindingLevel
    reason: Text
    document: Text | None = None
    sets_aside: Literal["none", "suspend", "stop"] = "none"
    dismissed_by: Text
    dismissed_on: date


class _Correction(OfProject, PrivateEvent):
    owner: ClassVar[str] = "monitoring"

    order: int


class CorrectionAnswered(_Correction):
    """The unit says how it corrected the deviation. A later answer to the same order takes the earlier one's place.

    Source: 方案篇一 双监控 「及时纠正」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "text": "已增加两支施工队，七月底追上进度", "evidence": ["施工日志.pdf"],
         "answered_by": "李明 (unit, department-03)", "answered_on": "2026-07-08"}
    """

    text: Text
    evidence: tuple[Text, ...] = ()
    answered_by: Text
    answered_on: date


class CorrectionAccepted(_Correction):
    """An official accepts the unit's answer. The deviation itself closes when a month is judged free of it.

    Source: 方案篇一 双监控 「及时纠正」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "reason": "现场核实属实", "accepted_by": "赵强 (official, finance)",
         "accepted_on": "2026-07-12"}
    """

    reason: Text
    accepted_by: Text
    accepted_on: date


class CorrectionOverdue(_Correction):
    """The deadline passed and the unit had not answered. Once for each order.

    Source: 方案篇一 双监控 「及时纠正」.

    Example::

        {"project": "CS-2026-007", "year": 2026, "order": 1, "until": "2026-07-10", "noticed_on": "2026-07-11"}
    """

    until: date
    noticed_on: date
