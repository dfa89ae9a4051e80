"""Every public event there is, by owner and by type name."""

from __future__ import annotations

from contracts import clock, evaluation, execution, goals, monitoring, publishing, reporting
from contracts.event import PublicEvent

PUBLIC: tuple[type[PublicEvent], ...] = (
    goals.GoalSubmitted,
    goals.GoalReturned,
    goals.GoalRefused,
    goals.GoalApproved,
    goals.GoalAdjusted,
    goals.AdjustmentRejected,
    goals.FundsReallocated,
    goals.ReallocationRejected,
    execution.ExecutionReported,
    reporting.ProgressSubmitted,
    monitoring.ProgressReported,
    monitoring.ProgressVouched,
    monitoring.ProgressDisputed,
    monitoring.MonthJudged,
    monitoring.DeviationDetected,
    monitoring.CorrectionOrdered,
    monitoring.AdjustmentUrged,
    monitoring.SuspensionRecommended,
    monitoring.StopRecommended,
    monitoring.ProjectSuspended,
    monitoring.ProjectStopped,
    monitoring.ProjectResumed,
    monitoring.PutOnWatchList,
    monitoring.TakenOffWatchList,
    monitoring.BudgetChangeProposed,
    evaluation.EvaluationCompleted,
    publishing.ResultApproved,
    publishing.ResultPublished,
    clock.DayBegan,
)

BY_TYPE: dict[str, type[PublicEvent]] = {event.type_name(): event for event in PUBLIC}

TOPICS: tuple[str, ...] = tuple(dict.fromkeys(event.topic for event in PUBLIC))
