"""What a request may say. An entry that is not named here is refused; so is a number that is not a plain decimal."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.kinds import Code, Exact, Period, Said
from contracts.monitoring import Measure


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReportBody(_Body):
    """A month's report: actuals so far in the fiscal year by indicator, and what the unit says of the outcome."""

    period: Period
    values: dict[Code, Exact] = Field(default_factory=dict, max_length=200)
    expected: Literal["low", "none"] | None = None
    serious_problem: Said | None = None
    implementation: Said | None = None
    evidence: tuple[Said, ...] = Field((), max_length=50)


class MeasureBody(_Body):
    """One consequence: what, by whom, until when, on which document."""

    what: Said
    by: Code
    until: date | None = None
    document: Said

    def measure(self) -> Measure:
        """As the domain takes it."""
        return Measure(what=self.what, by=self.by, until=self.until, document=self.document)


class DismissalBody(_Body):
    """Which deviation is dismissed, why, and on which document where there is one."""

    deviation: Said
    reason: Said
    document: Said | None = None


class CorrectionBody(_Body):
    """Deviations to be corrected, by which measure, for which reason."""

    deviations: tuple[Said, ...] = Field(min_length=1, max_length=50)
    measure: MeasureBody
    reason: Said


class AnswerBody(_Body):
    """A unit's answer to an order."""

    text: Said
    evidence: tuple[Said, ...] = Field((), max_length=50)


class ReasonBody(_Body):
    """A reason alone."""

    reason: Said


class UrgingBody(_Body):
    """Why goals and budget should be adjusted, on which document."""

    cause: Literal["policy", "emergency"]
    reason: Said
    document: Said


class OrderBody(_Body):
    """Measures and the reason of a suspension or a stop."""

    measures: tuple[MeasureBody, ...] = Field(max_length=50)
    reason: Said


class ResumptionBody(_Body):
    """Why a project goes on, on which document."""

    reason: Said
    document: Said
