"""What a request may say. An entry that is not named here is refused; so is a number that is not a plain decimal."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.decision import Refusal
from contracts.kinds import Code, Exact, Period, Said
from contracts.monitoring import Measure
from contracts.reporting import Evidence, Implementation
from services.monitoring.domain.deadlines import deadline
from services.monitoring.handlers.together import MOST, Action

WorkingDays = Annotated[int, Field(ge=1, le=250)]


def due(until: date | None, working_days: int | None, day: date) -> date | Refusal | None:
    """A deadline as it was asked for: a day, or so many working days from `day`."""
    return until if until is not None or working_days is None else deadline(day, working_days)


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
    details: Implementation | None = None
    evidence_files: tuple[Evidence, ...] = Field((), max_length=50)


class VouchingBody(_Body):
    """The data-collecting unit's word on a report."""

    verdict: Literal["vouched", "disputed"]
    reason: Said | None = None


class MeasureBody(_Body):
    """One consequence: what, by whom, until when, on which document."""

    what: Said
    by: Code
    until: date | None = None
    working_days: WorkingDays | None = None
    document: Said

    def measure(self) -> Measure:
        """As the domain takes it."""
        return Measure(what=self.what, by=self.by, until=self.until, document=self.document)

    def due(self, day: date) -> Measure | Refusal:
        """As the domain takes it, its deadline counted in working days from `day` where no day is given."""
        until = due(self.until, self.working_days, day)
        return until if isinstance(until, Refusal) else self.measure().model_copy(update={"until": until})


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


class ReturnBody(_Body):
    """Why an answer is sent back, and by when it must come again; on which document, where it is another."""

    reason: Said
    until: date | None = None
    working_days: WorkingDays | None = None
    document: Said | None = None


class ReasonBody(_Body):
    """A reason alone."""

    reason: Said


class UrgingBody(_Body):
    """Why goals and budget should be adjusted, on which document."""

    cause: Literal["policy", "emergency"]
    reason: Said
    document: Said
    until: date | None = None
    working_days: WorkingDays | None = None


class ExplanationBody(_Body):
    """What a unit says of a deviation."""

    deviation: Said
    text: Said
    evidence: tuple[Said, ...] = Field((), max_length=50)


class OrderBody(_Body):
    """Measures and the reason of a suspension or a stop."""

    measures: tuple[MeasureBody, ...] = Field(max_length=50)
    reason: Said


class ResumptionBody(_Body):
    """Why a project goes on, on which document."""

    reason: Said
    document: Said


class WatchBody(_Body):
    """A project or a unit to be put on the watch list, why, on which document."""

    kind: Literal["project", "unit"]
    subject: Code
    reason: Said
    document: Said


class TogetherBody(_Body):
    """One decision on all of `chosen`: `YEAR/PROJECT`, `YEAR/ORDER/PROJECT` or `YEAR/MONTH/RULE/PROJECT`. Suspending, stopping and
    correcting need a measure; `by` left out: each project's own unit."""

    action: Action
    chosen: tuple[Said, ...] = Field(min_length=1, max_length=MOST)
    reason: Said
    what: Said | None = None
    by: Code | None = None
    until: date | None = None
    document: Said | None = None
