"""What a rule set says of what follows a deviation: days and counts, as data (`[follow_up]` in the rule set's file)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[int, Field(ge=0, le=366)]


class FollowUp(BaseModel):
    """Deadlines in working days, and what keeps a project at a threshold from being told ten times."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_working_days: Annotated[int, Field(ge=1, le=250)] = 10
    """The deadline that an order is proposed with."""
    answers_refused: Annotated[int, Field(ge=1, le=10)] = 2
    """An answer sent back so many times escalates its correction."""
    same_again_days: Days = 45
    """A deviation found again at most so many days after it was over is the same one: it is open again, and nobody is told anew."""
    recommended_again_days: Days = 30
    """A recommendation is not made again, at the same gravity, before so many days have passed."""

    def same_again(self, over_on: date | None, day: date) -> bool:
        """Is a deviation that was over on one day and is found on another still the same?"""
        return over_on is not None and 0 <= (day - over_on).days <= self.same_again_days

    def too_soon(self, recommended_on: date | None, day: date) -> bool:
        """Was a recommendation of that gravity made only lately?"""
        return recommended_on is not None and 0 <= (day - recommended_on).days < self.recommended_again_days
