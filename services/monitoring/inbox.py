"""What other services' events mean in monitoring: goals and their adjustments are what projects are measured against from now on; what
goals made of a proposed cut and of freed money is shown where it was decided, and a cut that was rejected is to be decided again; and what
units' own systems report, each by the rights of its token."""

from __future__ import annotations

from backbone.record.transaction import Transaction
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.evaluation import EvaluationCompleted
from contracts.event import PublicEvent
from contracts.goals import AdjustmentRejected, FundsReallocated, GoalAdjusted, GoalApproved, ReallocationRejected
from contracts.reporting import ProgressSubmitted
from services.monitoring.handlers import heard, watching

HEARS: tuple[type[PublicEvent], ...] = (
    GoalApproved,
    GoalAdjusted,
    AdjustmentRejected,
    FundsReallocated,
    ReallocationRejected,
    EvaluationCompleted,
    ProgressSubmitted,
)


def hear(tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
    """Take one event of goals or evaluation. A low result puts its project or unit on the watch list."""
    match event:
        case GoalApproved() | GoalAdjusted():
            heard.goal_heard(tx, event, envelope)
        case AdjustmentRejected() | FundsReallocated() | ReallocationRejected():
            tx.hear(event.stream(), event, envelope)
        case ProgressSubmitted():
            return heard.progress_submitted(tx, event, envelope)
        case EvaluationCompleted():
            watching.result_heard(tx, event, envelope)
        case _:
            pass
    return None
