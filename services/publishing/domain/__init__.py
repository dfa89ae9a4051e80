"""The policy of publishing (结果公开), pure: a result is held until an official approves it, and what is approved is what is public.

Read in this order:

    result.py     what was heard of a project's year, the held result, its approval and publication
    document.py   what is published, to the letter: one JSON document, its canonical form and digest
    refusals.py   everything that is refused, with the fields that say why
"""

from __future__ import annotations

from contracts.evaluation import EvaluationCompleted
from contracts.event import Event
from contracts.goals import GoalAdjusted, GoalApproved, GoalReturned, GoalSubmitted
from contracts.monitoring import (
    AdjustmentUrged,
    CorrectionOrdered,
    DeviationDetected,
    MonthJudged,
    ProgressReported,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
    StopRecommended,
    SuspensionRecommended,
)
from contracts.publishing import ResultApproved, ResultPublished
from services.publishing.domain import result
from services.publishing.domain.document import PublicationWritten

HEARD = (
    GoalSubmitted,
    GoalReturned,
    GoalApproved,
    GoalAdjusted,
    ProgressReported,
    MonthJudged,
    DeviationDetected,
    CorrectionOrdered,
    AdjustmentUrged,
    SuspensionRecommended,
    StopRecommended,
    ProjectSuspended,
    ProjectStopped,
    ProjectResumed,
    EvaluationCompleted,
)
"""What publishing hears of the other services."""

EVENTS: tuple[type[Event], ...] = (*HEARD, ResultApproved, PublicationWritten, ResultPublished)
"""All that can stand in publishing's event table: what it hears, its own two public events, and the document between them."""

DECIDERS = {"result": (result.INITIAL, result.evolve, result.decide)}
