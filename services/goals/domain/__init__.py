"""The policy of goals (绩效目标管理), pure: what a unit may declare, how finance reviews and approves it, how it changes afterwards.

Read in this order:

    declaration.py   submit, review, return, refuse, approve: from a declaration to an approved goal with its budget
    review.py        what a review finds, one function a subject; `declared.py` is the form that it looks at,
                     `rules.py` the rule set with its levels and thresholds (data: rules/declaration-1.toml)
    adjustment.py    an approved goal changes: apply, approve, reject, goals and budget together; what a round of monitoring
                     proposed is taken as an application
    reallocation.py  money that a stop freed goes to another project: proposed, approved, rejected, never more than was freed
    standing.py      what monitoring, evaluation and publishing announced: urged, suspended, stopped (money freed), graded, published
    refusals.py      everything that is refused, with the fields that say why
"""

from __future__ import annotations

from contracts.evaluation import EvaluationCompleted
from contracts.event import Event
from contracts.goals import (
    AdjustmentRejected,
    FundsReallocated,
    GoalAdjusted,
    GoalApproved,
    GoalRefused,
    GoalReturned,
    GoalSubmitted,
    ReallocationRejected,
)
from contracts.monitoring import (
    AdjustmentUrged,
    BudgetChangeProposed,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
)
from contracts.publishing import ResultPublished
from services.goals.domain import adjustment, declaration, reallocation
from services.goals.domain.adjustment import AdjustmentApplied
from services.goals.domain.declaration import GoalPassed
from services.goals.domain.reallocation import ReallocationProposed

EVENTS: tuple[type[Event], ...] = (
    GoalSubmitted,
    GoalPassed,
    GoalReturned,
    GoalRefused,
    GoalApproved,
    AdjustmentApplied,
    GoalAdjusted,
    AdjustmentRejected,
    AdjustmentUrged,
    ProjectSuspended,
    ProjectStopped,
    ProjectResumed,
    BudgetChangeProposed,
    ReallocationProposed,
    FundsReallocated,
    ReallocationRejected,
    EvaluationCompleted,
    ResultPublished,
)
"""All that can stand in goals' event table: its own public and private events, and those it hears."""

DECIDERS = {
    "declaration": (declaration.INITIAL, declaration.evolve, declaration.decide),
    "reallocation": (reallocation.INITIAL, reallocation.evolve, reallocation.decide),
    "adjustment": (adjustment.INITIAL, adjustment.evolve, adjustment.decide),
}
"""Each subject's state at the beginning, how it folds, how it decides; both look at the stream of a project in a year."""
