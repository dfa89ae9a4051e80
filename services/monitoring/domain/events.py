"""Private events of monitoring: how an ordered correction (整改) goes on. They stay in this service."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from contracts.event import OfProject, PrivateEvent
from contracts.kinds import Text


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
