"""What others announced about a project: whether it runs, what it is urged to, how it was scored, where it is published.

Goals hears it from monitoring, evaluation and publishing and decides nothing of it. Two things follow here: money that a stop freed
goes to reallocation, and a grade binds the next year's budget (方案篇三 结果应用 (3)).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from contracts.evaluation import EvaluationCompleted
from contracts.event import Event
from contracts.goals import GoalAdjusted, GoalApproved
from contracts.monitoring import (
    AdjustmentUrged,
    BudgetChangeProposed,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
)
from contracts.publishing import ResultPublished

Execution = Literal["active", "suspended", "stopped"]


@dataclass(frozen=True, slots=True)
class Standing:
    """`freed` is in fen, of a stopped project; `urged` stands until the goal has been adjusted; `proposed` until an application has been
    made of it; `grade` is the latest evaluation."""

    execution: Execution = "active"
    freed: int = 0
    urged: AdjustmentUrged | None = None
    proposed: BudgetChangeProposed | None = None
    grade: EvaluationCompleted | None = None
    page: str | None = None


INITIAL = Standing()


def evolve(state: Standing, event: Event) -> Standing:
    """The standing after `event`; an order after a stop changes nothing any more."""
    match event:
        case ProjectStopped():
            return replace(state, execution="stopped", freed=event.freed)
        case ProjectSuspended() if state.execution != "stopped":
            return replace(state, execution="suspended")
        case ProjectResumed() if state.execution != "stopped":
            return replace(state, execution="active")
        case AdjustmentUrged():
            return replace(state, urged=event)
        case BudgetChangeProposed():
            return replace(state, proposed=event)
        case GoalApproved() | GoalAdjusted():
            return replace(state, urged=None)
        case EvaluationCompleted(subject_kind="project"):
            return replace(state, grade=event)
        case ResultPublished():
            return replace(state, page=event.page)
        case _:
            return state
