"""The watch list (重点监控) comes to a project: from when an entry covers it, its own or its unit's, and until when."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.decision import Context, Refusal
from contracts.monitoring import WatchKind
from services.monitoring.domain.events import WatchBegan, WatchEnded
from services.monitoring.domain.project import Project
from services.monitoring.domain.refusals import GoalNotApproved


@dataclass(frozen=True, slots=True)
class BeginWatch:
    """An entry of the list covers the project from now on."""

    project: str
    year: int
    kind: WatchKind
    subject: str


@dataclass(frozen=True, slots=True)
class EndWatch:
    """An entry of the list covers the project no longer."""

    project: str
    year: int
    kind: WatchKind
    subject: str


def begin_watch(command: BeginWatch, state: Project, context: Context) -> tuple[WatchBegan, ...] | Refusal:
    """What was judged before stays as it was judged under the thresholds of its time."""
    if state.goal is None:
        return GoalNotApproved(command.project, command.year)
    if (command.kind, command.subject) in state.watched:
        return ()
    return (
        WatchBegan(
            project=command.project, year=command.year, kind=command.kind, subject=command.subject, since=context.day
        ),
    )


def end_watch(command: EndWatch, state: Project, context: Context) -> tuple[WatchEnded, ...] | Refusal:
    """Nothing where the entry does not cover the project."""
    if (command.kind, command.subject) not in state.watched:
        return ()
    return (
        WatchEnded(
            project=command.project, year=command.year, kind=command.kind, subject=command.subject, ended=context.day
        ),
    )
