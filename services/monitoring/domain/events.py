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
    """The unit says how it corrected the deviation. A later answer to the same order takes the earlier one's place."""

    text: Text
    evidence: tuple[Text, ...] = ()
    answered_by: Text
    answered_on: date


class CorrectionAccepted(_Correction):
    """An official accepts the unit's answer."""

    reason: Text
    accepted_by: Text
    accepted_on: date


class CorrectionOverdue(_Correction):
    """The deadline passed and the unit had not answered. Once for each order."""

    until: date
    noticed_on: date
