"""What other services' events mean in goals: they are kept in the project's stream and shown; goals decides nothing of them.

From monitoring: an adjustment is urged, a project is suspended, stopped (its money freed) or resumed; the adjustment decider
(`domain/adjustment.py`) takes no application for a stopped project. A budget change that a round proposed becomes an application, which
finance decides on by the procedure of the budget. From evaluation: the grade, which binds the next year's budget. From
publishing: where the result is published.
"""

from __future__ import annotations

from backbone.record.transaction import Transaction
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.evaluation import EvaluationCompleted
from contracts.event import PublicEvent
from contracts.monitoring import (
    AdjustmentUrged,
    BudgetChangeProposed,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
)
from contracts.publishing import ResultPublished
from services.goals import handlers

HEARS: tuple[type[PublicEvent], ...] = (
    AdjustmentUrged,
    ProjectSuspended,
    ProjectStopped,
    ProjectResumed,
    BudgetChangeProposed,
    EvaluationCompleted,
    ResultPublished,
)


def hear(tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
    """Keep the event. A unit's assessment is circulated within its audience (方案篇五): goals has no part in it and keeps none."""
    if isinstance(event, EvaluationCompleted) and event.subject_kind != "project":
        return None
    handlers.hear(tx, event, envelope)
    if isinstance(event, BudgetChangeProposed):
        handlers.take_proposal(tx, event.project, event.year)
    return None
