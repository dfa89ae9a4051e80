"""The business clock: one event on a topic of its own moves every deadline."""

from __future__ import annotations

from datetime import date as Date
from typing import ClassVar

from contracts.event import PublicEvent


class DayBegan(PublicEvent):
    """A business day began. Only processes started to follow the business clock hear it; the others refuse to be moved.

    Source: the demo year, an exercise, a simulation. Days never go back.

    Example::

        {"day": "2026-07-11"}
    """

    owner: ClassVar[str] = "clock"
    topic: ClassVar[str] = "clock.days"

    day: Date

    def stream(self) -> str:
        return "clock"
