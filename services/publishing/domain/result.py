"""A project's result (绩效结果): heard, held, approved by an official, published. Source: 方案篇三 结果应用 (4) 依法公开.

Nothing is public before an approval, and what is heard after it waits for the next: the public page shows exactly what was approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

from contracts.decision import Context, Refusal
from contracts.evaluation import EvaluationCompleted
from contracts.event import Event
from contracts.goals import GoalAdjusted, GoalApproved
from contracts.monitoring import (
    AdjustmentUrged,
    CorrectionOrdered,
    DeviationDetected,
    MonthJudged,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
)
from contracts.publishing import ResultApproved, ResultPublished
from services.publishing.domain import refusals
from services.publishing.domain.document import PublicationWritten, canonical, digest, document

Status = Literal["active", "suspended", "stopped"]


@dataclass(frozen=True, slots=True)
class ApproveResult:
    """Approve the held result for publication, on `document`.

    `evaluation` is the id of the held EvaluationCompleted in the record (None: none is held), `seen` the one that the official looked
    at (None: whichever is held), `missing` the events that its score rests on and that have not been heard here, `outdated`
    whether the year's last month was judged again since.
    """

    project: str
    year: int
    document: str
    evaluation: str | None
    seen: str | None = None
    missing: tuple[str, ...] = ()
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A project's year as publishing heard it. `held` is the latest public evaluation, `published` the ids of those published;
    `months` the latest judgement of each period."""

    goal: GoalApproved | None = None
    adjustments: tuple[GoalAdjusted, ...] = ()
    months: Mapping[str, MonthJudged] = field(default_factory=dict[str, MonthJudged])
    deviations: tuple[DeviationDetected, ...] = ()
    measures: tuple[Event, ...] = ()
    held: EvaluationCompleted | None = None
    published: tuple[str, ...] = ()

    @property
    def budget(self) -> int:
        """The budget in force, in fen: as approved, or as last adjusted."""
        if self.adjustments:
            return self.adjustments[-1].budget
        return self.goal.budget if self.goal else 0

    @property
    def status(self) -> Status:
        """Whether the project runs, by the last order."""
        status: Status = "active"
        for measure in self.measures:
            match measure:
                case ProjectSuspended():
                    status = "suspended"
                case ProjectStopped():
                    status = "stopped"
                case ProjectResumed():
                    status = "active"
                case _:
                    pass
        return status


INITIAL = Result()


def evolve(state: Result, event: Event) -> Result:
    """The state after one more event; events of no meaning here change nothing."""
    match event:
        case GoalApproved():
            return replace(state, goal=event)
        case GoalAdjusted():
            return replace(state, adjustments=(*state.adjustments, event))
        case MonthJudged():
            return replace(state, months={**state.months, event.period: event})
        case DeviationDetected():
            return replace(state, deviations=(*state.deviations, event))
        case CorrectionOrdered() | AdjustmentUrged() | ProjectSuspended() | ProjectStopped() | ProjectResumed():
            return replace(state, measures=(*state.measures, event))
        case EvaluationCompleted() if is_public(event):
            return replace(state, held=event)
        case ResultApproved(evaluation=evaluation):
            return replace(state, published=(*state.published, evaluation))
        case _:
            return state


def is_public(event: EvaluationCompleted) -> bool:
    """Whether a score may ever be published: a project's, for the public. What is circulated in a set audience is not even held."""
    return event.subject_kind == "project" and event.audience == "public"


def decide(command: ApproveResult, state: Result, context: Context) -> tuple[Event, ...] | Refusal:
    """The events of a command, or why it is refused."""
    match command:
        case ApproveResult():
            return approve(command, state, context)


def approve(command: ApproveResult, state: Result, context: Context) -> tuple[Event, ...] | Refusal:
    """Approve and publish the held result, and write down what is published; the same evaluation again is no news, a later one is
    approved anew."""
    if state.held is None or command.evaluation is None:
        return refusals.NothingHeld(command.project, command.year)
    if command.seen not in (None, command.evaluation):
        return refusals.AnotherResultHeld(command.project, command.year)
    if command.evaluation in state.published:
        return ()
    if not command.document.strip():
        return refusals.DocumentMissing(command.project, command.year)
    if state.goal is None:
        return refusals.GoalNotHeard(command.project, command.year)
    if command.missing:
        return refusals.EventsNotHeard(command.project, command.year, len(command.missing))
    if command.outdated:
        return refusals.ScoreOutdated(command.project, command.year)
    text = canonical(document(command.project, command.year, command.evaluation, state))
    approved = ResultApproved(
        project=command.project,
        year=command.year,
        evaluation=command.evaluation,
        document=command.document.strip(),
        approved_by=str(context.actor),
        approved_on=context.day,
    )
    written = PublicationWritten(
        project=command.project, year=command.year, evaluation=command.evaluation, text=text.decode()
    )
    published = ResultPublished(
        project=command.project,
        year=command.year,
        evaluation=command.evaluation,
        page=page_of(command.project, command.year),
        published_on=context.day,
        digest=digest(text),
    )
    return approved, written, published


def page_of(project: str, year: int) -> str:
    """The path of a project's public page."""
    return f"/{year}/projects/{quote(project, safe='')}"
