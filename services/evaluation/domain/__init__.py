"""Evaluation's policy (绩效评价、绩效考核), pure: no server, no database, no clock. Read in this order:

shares            sums of shares, exact (the share of a target and the one rounding: contracts/shares.py)
schemes           what a scheme file may say: weights, grades, caps, classes, thresholds, consequences, audience
self_evaluation   a project's points, total and grade (财预〔2020〕10号, 财预〔2021〕101号)
county            a unit's points by period and part, every gap named (方案篇五)
merits            bonus and penalty: grounds, confirmation, caps
ranking           ranks, advanced places, ties, what follows from a result
project           decider: a project's year as it was heard, and its evaluation
unit, unit_events decider: a unit's year: targets, actuals, marks, satisfaction, bonuses, penalties, bars, dereliction
assessment        the county's year: opening, places
completion        … and mid-term, completion, ties: the assessment's decider
refusals          why evaluation says no
cases, case_fields  scoring cases: the same code on one file (`jixiao score`)
"""

from __future__ import annotations

from typing import Any

from contracts.evaluation import EvaluationCompleted
from contracts.event import Event, PublicEvent
from contracts.goals import GoalAdjusted, GoalApproved
from contracts.monitoring import MonthJudged, ProgressReported, ProjectResumed, ProjectStopped, ProjectSuspended
from services.evaluation.domain import assessment, completion, project, unit, unit_events

HEARD: tuple[type[PublicEvent], ...] = (
    GoalApproved,
    GoalAdjusted,
    ProgressReported,
    MonthJudged,
    ProjectSuspended,
    ProjectStopped,
    ProjectResumed,
)
"""What evaluation needs to hear: goals with their budget, actuals, money, and whether a project goes on."""

EVENTS: tuple[type[Event], ...] = (
    EvaluationCompleted,
    project.ProjectScored,
    *assessment.OF_ASSESSMENT,
    *unit_events.OF_UNIT,
    *HEARD,
)
"""Every event that can stand in evaluation's event table."""

DECIDERS: dict[str, tuple[Any, Any, Any]] = {
    "project": (project.INITIAL, project.evolve, project.decide),
    "unit": (unit.INITIAL, unit.evolve, unit.decide),
    "assessment": (assessment.INITIAL, assessment.evolve, completion.decide),
}
"""Each subject's initial state, `evolve` and `decide`."""
