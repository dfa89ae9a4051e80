"""What an official orders of a whole project: urge an adjustment, suspend (暂缓), stop (停止), resume (恢复)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.decision import Context, Refusal
from contracts.monitoring import AdjustmentUrged, Measure, ProjectResumed, ProjectStopped, ProjectSuspended
from services.monitoring.domain.project import Project
from services.monitoring.domain.refusals import (
    DeadlineNotAhead,
    GoalNotApproved,
    MeasuresMissing,
    ProjectAlreadyStopped,
    ProjectAlreadySuspended,
    ProjectNotSuspended,
)


@dataclass(frozen=True, slots=True)
class UrgeAdjustment:
    """Urge the unit to apply for an adjustment of goals and budget together."""

    project: str
    year: int
    cause: Literal["policy", "emergency"]
    reason: str
    document: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class SuspendProject:
    """Suspend a project. `paid` (fen) is what its vouchers of the year say so far."""

    project: str
    year: int
    measures: tuple[Measure, ...]
    reason: str
    paid: int


@dataclass(frozen=True, slots=True)
class StopProject:
    """Stop a project. `paid` (fen) is what its vouchers of the year say so far; the rest of the budget is freed."""

    project: str
    year: int
    measures: tuple[Measure, ...]
    reason: str
    paid: int


@dataclass(frozen=True, slots=True)
class ResumeProject:
    """Let a suspended project go on."""

    project: str
    year: int
    reason: str
    document: str


def urge_adjustment(command: UrgeAdjustment, state: Project, context: Context) -> tuple[AdjustmentUrged, ...] | Refusal:
    """A policy changed or an emergency came: goals and budget are adjusted together (方案篇一 双监控)."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    said = (command.cause, command.reason, command.document, command.until)
    if any(each.open and (each.cause, each.reason, each.document, each.until) == said for each in state.urged):
        return ()
    if state.status == "stopped":
        return ProjectAlreadyStopped(command.project)
    if command.until is not None and command.until <= context.day:
        return DeadlineNotAhead(command.until, context.day)
    return (
        AdjustmentUrged(
            project=command.project,
            year=command.year,
            cause=command.cause,
            reason=command.reason,
            document=command.document,
            until=command.until,
            urged_by=str(context.actor),
            urged_on=context.day,
        ),
    )


def suspend_project(
    command: SuspendProject, state: Project, context: Context
) -> tuple[ProjectSuspended, ...] | Refusal:
    """People decide: with or without a recommendation, by name and with structured measures (方案篇一 「暂缓或停止执行」)."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    if isinstance(state.order, ProjectSuspended) and _same(command, state.order):
        return ()
    if state.status != "active":
        already = ProjectAlreadyStopped if state.status == "stopped" else ProjectAlreadySuspended
        return already(command.project)
    if refusal := _unfit(command, state, context):
        return refusal
    return (
        ProjectSuspended(
            project=command.project,
            year=command.year,
            measures=command.measures,
            reason=command.reason,
            unspent=max(state.goal.budget - command.paid, 0),
            ordered_by=str(context.actor),
            ordered_on=context.day,
        ),
    )


def stop_project(command: StopProject, state: Project, context: Context) -> tuple[ProjectStopped, ...] | Refusal:
    """A stop is for good: what is not spent is freed for projects that need it (方案篇一 「及时调整用于亟需支持的项目」)."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    if isinstance(state.order, ProjectStopped):
        return () if _same(command, state.order) else ProjectAlreadyStopped(command.project)
    if refusal := _unfit(command, state, context):
        return refusal
    return (
        ProjectStopped(
            project=command.project,
            year=command.year,
            measures=command.measures,
            reason=command.reason,
            freed=max(state.goal.budget - command.paid, 0),
            ordered_by=str(context.actor),
            ordered_on=context.day,
        ),
    )


def resume_project(command: ResumeProject, state: Project, context: Context) -> tuple[ProjectResumed, ...] | Refusal:
    """A suspended project goes on; a stopped one does not."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    last = state.order
    if isinstance(last, ProjectResumed) and (last.reason, last.document) == (command.reason, command.document):
        return ()
    if state.status == "stopped":
        return ProjectAlreadyStopped(command.project)
    if state.status != "suspended":
        return ProjectNotSuspended(command.project)
    return (
        ProjectResumed(
            project=command.project,
            year=command.year,
            reason=command.reason,
            document=command.document,
            ordered_by=str(context.actor),
            ordered_on=context.day,
        ),
    )


def _same(command: SuspendProject | StopProject, order: ProjectSuspended | ProjectStopped) -> bool:
    return (command.measures, command.reason) == (order.measures, order.reason)


def _unfit(command: SuspendProject | StopProject, state: Project, context: Context) -> Refusal | None:
    if not command.measures:
        return MeasuresMissing(command.project)
    for measure in command.measures:
        if measure.until is not None and measure.until <= context.day:
            return DeadlineNotAhead(measure.until, context.day)
    return None
