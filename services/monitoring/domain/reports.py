"""Progress reports (绩效运行信息): the indicator values of a month, and what the unit says of the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from contracts.decision import Context, Refusal
from contracts.kinds import period_of
from contracts.monitoring import ProgressReported
from services.monitoring.domain.project import Project
from services.monitoring.domain.refusals import (
    GoalNotApproved,
    IndicatorUnknown,
    PeriodNotBegun,
    PeriodOutsideYear,
    ReportEmpty,
)


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
    if not (command.values or command.expected or command.serious_problem or command.implementation):
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
            supplied_by=context.actor.org,
        ),
    )


def _said_already(command: ReportProgress, state: Project) -> bool:
    last = next((each for each in reversed(state.reported) if each.period == command.period), None)
    return last is not None and (
        dict(last.values),
        last.expected,
        last.serious_problem,
        last.implementation,
        last.evidence,
    ) == (dict(command.values), command.expected, command.serious_problem, command.implementation, command.evidence)
