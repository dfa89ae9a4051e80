"""Progress reports (绩效运行信息): the indicator values of a month, what the unit says of the outcome, and who vouches for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from contracts.decision import Context, Refusal
from contracts.kinds import period_of
from contracts.monitoring import ProgressDisputed, ProgressReported, ProgressVouched
from contracts.reporting import Evidence, Implementation
from services.monitoring.domain.project import Project
from services.monitoring.domain.refusals import (
    DisputeWithoutReason,
    GoalNotApproved,
    IndicatorUnknown,
    PeriodNotBegun,
    PeriodOutsideYear,
    ReportCorrected,
    ReportEmpty,
    ReportUnknown,
)

DATA_UNIT = "data-unit"
"""The role of the data-collecting unit (数据采集责任单位): what it supplies needs nobody else to vouch for it."""


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """Report a month. `values` are actuals so far in the fiscal year, by indicator."""

    project: str
    year: int
    period: str
    values: Mapping[str, Decimal]
    expected: Literal["low", "none"] | None = None
    serious_problem: str | None = None
    implementation: str | None = None
    evidence: tuple[str, ...] = ()
    details: Implementation | None = None
    evidence_files: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class VouchReport:
    """Vouch for a report, or dispute it with the reason. `report` is its number in the project's year."""

    project: str
    year: int
    report: int
    verdict: Literal["vouched", "disputed"]
    reason: str | None = None


def report_progress(
    command: ReportProgress, state: Project, context: Context
) -> tuple[ProgressReported, ...] | Refusal:
    """A later report for the same month corrects the earlier; both stay. The same report again is none."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    if not command.period.startswith(f"{command.year:04d}-"):
        return PeriodOutsideYear(command.period, command.year)
    if command.period > period_of(context.day):
        return PeriodNotBegun(command.period, context.day)
    if unknown := tuple(sorted(set(command.values) - state.indicators)):
        return IndicatorUnknown(command.project, unknown)
    if not (command.values or command.expected or command.serious_problem or _told(command)):
        return ReportEmpty(command.project, command.period)
    if _said_already(command, state):
        return ()
    return (
        ProgressReported(
            project=command.project,
            year=command.year,
            period=command.period,
            report=len(state.reported) + 1,
            received=context.day,
            values=dict(command.values),
            expected=command.expected,
            serious_problem=command.serious_problem,
            implementation=command.implementation,
            evidence=command.evidence,
            details=command.details,
            evidence_files=command.evidence_files,
            supplied_by=context.actor.org,
            vouched_by=context.actor.org if context.actor.role == DATA_UNIT else None,
        ),
    )


def vouch_report(
    command: VouchReport, state: Project, context: Context
) -> tuple[ProgressVouched | ProgressDisputed, ...] | Refusal:
    """The data-collecting unit vouches or disputes (方案篇五: actuals are supplied and vouched for by it); it may change its mind.

    What it disputes is not judged by until it vouches for it after all, or the unit corrects the report. Only the latest report of a month
    is judged by, so only that can be vouched for.
    """
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    report = next((each for each in state.reported if each.report == command.report), None)
    if report is None:
        return ReportUnknown(command.project, command.report)
    latest = max(each.report for each in state.reported if each.period == report.period)
    if latest != report.report:
        return ReportCorrected(command.project, report.period, latest)
    if command.verdict == "disputed" and not (command.reason or "").strip():
        return DisputeWithoutReason(command.project, command.report)
    if state.vouchings.get(command.report) == (command.verdict, command.reason):
        return ()
    what: dict[str, Any] = {
        "project": command.project,
        "year": command.year,
        "period": report.period,
        "report": report.report,
    }
    by, day, unit = str(context.actor), context.day, context.actor.org
    if command.verdict == "vouched":
        return (ProgressVouched(**what, unit=unit, reason=command.reason, vouched_by=by, vouched_on=day),)
    return (ProgressDisputed(**what, unit=unit, reason=command.reason or "", disputed_by=by, disputed_on=day),)


def _told(command: ReportProgress) -> bool:
    """Whether the report says anything of how the project is carried out."""
    return bool(command.implementation) or (command.details is not None and command.details != Implementation())


def _said_already(command: ReportProgress, state: Project) -> bool:
    last = next((each for each in reversed(state.reported) if each.period == command.period), None)
    return last is not None and (
        dict(last.values),
        last.expected,
        last.serious_problem,
        last.implementation,
        last.evidence,
        last.details,
        last.evidence_files,
    ) == (
        dict(command.values),
        command.expected,
        command.serious_problem,
        command.implementation,
        command.evidence,
        command.details,
        command.evidence_files,
    )
