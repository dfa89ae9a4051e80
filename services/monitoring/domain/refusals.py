"""What monitoring refuses, each with the fields that say why; the sentences are in `words.toml`.

of a project    GoalNotApproved
of a month      PeriodOutsideYear, PeriodNotBegun, PeriodNotDue
of a report     IndicatorUnknown, ReportEmpty, ReportUnknown, ReportCorrected, DisputeWithoutReason
of a workbook   ReportsRefused
of a deviation  DeviationUnknown, DeviationClosed, DeviationAlreadyDismissed
of a correction DeadlineMissing, DeadlineNotAhead, WorkingDaysUnknown, CorrectionUnknown,
                CorrectionNotAnswered, CorrectionAlreadyAccepted, CorrectionAlreadyWithdrawn,
                CorrectionNotOverdue
of the list     AlreadyOnWatchList, NotOnWatchList, NothingToWatch
of the ledger   in `ledger_refusals`
of an order     ProjectAlreadySuspended, ProjectAlreadyStopped, ProjectNotSuspended, MeasuresMissing
of a round      RoundUnknown, RoundAlreadyOpen, RoundPeriodWrong, RoundPeriodNotOver, RoundEmpty, RoundUndecided
of its parts    NotInRound, CauseMissing, ExpectedValuesMissing, ExpectedPaymentsNegative, RoundPartNotFilled, RoundPartReviewed,
                RoundPartNotDue, RoundPartNotPassed, RoundPartDecidedAlready, CutOutOfBounds
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.decision import Refusal


@dataclass(frozen=True, slots=True)
class GoalNotApproved(Refusal):
    """Monitoring knows of no approved goal of this project in this year."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class PeriodOutsideYear(Refusal):
    """The month is none of the fiscal year."""

    period: str
    year: int


@dataclass(frozen=True, slots=True)
class PeriodNotBegun(Refusal):
    """The month lies in the future."""

    period: str
    day: date


@dataclass(frozen=True, slots=True)
class PeriodNotDue(Refusal):
    """The month cannot be closed before its report's due day has passed."""

    period: str
    due: date


@dataclass(frozen=True, slots=True)
class IndicatorUnknown(Refusal):
    """A report gives values of indicators that the goal does not have."""

    project: str
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportEmpty(Refusal):
    """A report that says nothing at all."""

    project: str
    period: str


@dataclass(frozen=True, slots=True)
class ReportUnknown(Refusal):
    """The project has no report of this number."""

    project: str
    report: int


@dataclass(frozen=True, slots=True)
class ReportCorrected(Refusal):
    """A later report of the month has taken the place of the one that is to be vouched for."""

    project: str
    period: str
    latest: int


@dataclass(frozen=True, slots=True)
class DisputeWithoutReason(Refusal):
    """Who disputes a report says why."""

    project: str
    report: int


@dataclass(frozen=True, slots=True)
class ReportsRefused(Refusal):
    """Of a workbook of reports some can't be taken, and so none was: which projects', and why, in the same order."""

    projects: tuple[str, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class DeviationUnknown(Refusal):
    """No such deviation was ever found in this project."""

    project: str
    deviations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeviationClosed(Refusal):
    """The deviation is over: a later judgement no longer found it."""

    project: str
    deviations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeviationAlreadyDismissed(Refusal):
    """The deviation was dismissed: it is neither dismissed again nor corrected."""

    project: str
    deviations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeadlineMissing(Refusal):
    """A correction is ordered until a day."""

    project: str


@dataclass(frozen=True, slots=True)
class DeadlineNotAhead(Refusal):
    """The deadline of an order is not after the day on which it is given."""

    until: date
    day: date


@dataclass(frozen=True, slots=True)
class WorkingDaysUnknown(Refusal):
    """The deadline falls into a year whose working days are not announced yet."""

    working_days: int
    day: date


@dataclass(frozen=True, slots=True)
class CorrectionUnknown(Refusal):
    """No correction of this number was ordered."""

    project: str
    order: int


@dataclass(frozen=True, slots=True)
class CorrectionNotAnswered(Refusal):
    """A correction can be accepted when the unit has answered."""

    project: str
    order: int


@dataclass(frozen=True, slots=True)
class CorrectionAlreadyAccepted(Refusal):
    """The correction was accepted: it is neither answered nor accepted again."""

    project: str
    order: int


@dataclass(frozen=True, slots=True)
class CorrectionAlreadyWithdrawn(Refusal):
    """The correction was withdrawn, for what it rested on was dismissed: nothing has to follow from it."""

    project: str
    order: int


@dataclass(frozen=True, slots=True)
class CorrectionNotOverdue(Refusal):
    """The deadline of the correction has not passed."""

    project: str
    order: int
    until: date


@dataclass(frozen=True, slots=True)
class ProjectAlreadySuspended(Refusal):
    """The project is suspended already."""

    project: str


@dataclass(frozen=True, slots=True)
class ProjectAlreadyStopped(Refusal):
    """The project is stopped: nothing more can be ordered of it."""

    project: str


@dataclass(frozen=True, slots=True)
class ProjectNotSuspended(Refusal):
    """Only a suspended project can be resumed."""

    project: str


@dataclass(frozen=True, slots=True)
class MeasuresMissing(Refusal):
    """An order says at least one measure: what, by whom, until when, on which document."""

    project: str


@dataclass(frozen=True, slots=True)
class AlreadyOnWatchList(Refusal):
    """The project or unit is on the watch list by decision already."""

    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class NotOnWatchList(Refusal):
    """The project or unit is not on the watch list."""

    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class NothingToWatch(Refusal):
    """Monitoring knows no project that this entry of the watch list would cover."""

    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class RuleUnknown(Refusal):
    """No rule set has a rule of this id."""

    rule: str


@dataclass(frozen=True, slots=True)
class ProjectUnknown(Refusal):
    """Nobody can be shown a project of which monitoring knows no goal."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class EventUnknown(Refusal):
    """Monitoring's record has no such event."""

    event: str


@dataclass(frozen=True, slots=True)
class RoundUnknown(Refusal):
    """No such round was opened."""

    round: str


@dataclass(frozen=True, slots=True)
class RoundAlreadyOpen(Refusal):
    """A round of this month was opened already, with another period or on another document."""

    round: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class RoundPeriodWrong(Refusal):
    """The August round is over January–July; a round is over months of its own year that lie before it."""

    round: str
    kind: str
    through: str


@dataclass(frozen=True, slots=True)
class RoundPeriodNotOver(Refusal):
    """The last month of the round's period is not over."""

    through: str
    day: date


@dataclass(frozen=True, slots=True)
class RoundEmpty(Refusal):
    """No project is in the scope of the round."""

    round: str


@dataclass(frozen=True, slots=True)
class RoundUndecided(Refusal):
    """A round is closed when all of its projects are decided on."""

    round: str
    undecided: int


@dataclass(frozen=True, slots=True)
class NotInRound(Refusal):
    """The project is not in the scope of the round."""

    project: str
    round: str


@dataclass(frozen=True, slots=True)
class CauseMissing(Refusal):
    """A project that deviates, or cannot be run, says why."""

    project: str
    round: str


@dataclass(frozen=True, slots=True)
class ExpectedValuesMissing(Refusal):
    """Every indicator monitored by value has its expected value at the year's end."""

    project: str
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectedPaymentsNegative(Refusal):
    """The payments expected by the year's end are below nothing."""

    project: str


@dataclass(frozen=True, slots=True)
class RoundPartNotFilled(Refusal):
    """The unit has not filled in its part, or not again since it was returned."""

    project: str
    round: str


@dataclass(frozen=True, slots=True)
class RoundPartReviewed(Refusal):
    """Finance has passed the part: it is neither filled in nor returned again."""

    project: str
    round: str


@dataclass(frozen=True, slots=True)
class RoundPartNotDue(Refusal):
    """Nobody is chased before the deadline has passed."""

    project: str
    round: str
    due: date


@dataclass(frozen=True, slots=True)
class RoundPartNotPassed(Refusal):
    """Finance has not passed the part, so there is nothing to decide on yet."""

    project: str
    round: str


@dataclass(frozen=True, slots=True)
class RoundPartDecidedAlready(Refusal):
    """The part was decided on, in another way."""

    project: str
    round: str


@dataclass(frozen=True, slots=True)
class CutOutOfBounds(Refusal):
    """A cut leaves less than the budget in force, and not less than what has been paid (fen)."""

    project: str
    least: int
    most: int
