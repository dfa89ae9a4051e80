"""A project's part in a round (项目监控表): the fold of the project's stream, and which decision answers which command.

Its events stand in the project's own stream, so that the project's story tells them and its versions stay in one row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from contracts.decision import Refusal
from contracts.event import Event, project_stream
from contracts.goals import AdjustmentRejected
from services.monitoring.domain.project import INITIAL as UNKNOWN
from services.monitoring.domain.project import Project
from services.monitoring.domain.project import evolve as evolve_project
from services.monitoring.domain.refusals import GoalNotApproved, NotInRound
from services.monitoring.domain.rounds.events import (
    RoundPartChased,
    RoundPartDecided,
    RoundPartFilled,
    RoundPartPassed,
    RoundPartReturned,
    TakenIntoRound,
)

Lies = Literal["waiting", "filled", "returned", "passed", "decided"]


@dataclass(frozen=True, slots=True)
class OfPart:
    """What all commands say: which project's part in which round."""

    project: str
    year: int
    round: str

    @property
    def stream(self) -> str:
        return project_stream(self.project, self.year)


@dataclass(frozen=True, slots=True)
class Part:
    """A part: the figures taken down, and how far it has come. `chased_next` is the day from which it may be chased again."""

    taken: TakenIntoRound
    due: date
    lies: Lies = "waiting"
    filled: RoundPartFilled | None = None
    returned: RoundPartReturned | None = None
    passed: RoundPartPassed | None = None
    decided: RoundPartDecided | None = None
    chases: int = 0
    chased_on: date | None = None
    chased_next: date | None = None


@dataclass(frozen=True, slots=True)
class InRounds:
    """A project and its parts by round."""

    project: Project = UNKNOWN
    parts: Mapping[str, Part] = field(default_factory=dict[str, Part])

    def part_of(self, command: OfPart) -> Part | Refusal:
        """The part that a command is about, or why there is none."""
        if self.project.goal is None:
            return GoalNotApproved(command.project, command.year)
        return self.parts.get(command.round) or NotInRound(command.project, command.round)


INITIAL = InRounds()


def evolve(state: InRounds, event: Event) -> InRounds:
    """The state after one more event of the project's stream."""
    state = replace(state, project=evolve_project(state.project, event))
    match event:
        case TakenIntoRound():
            return replace(state, parts={**state.parts, event.round: Part(event, event.due)})
        case RoundPartFilled() | RoundPartReturned() | RoundPartPassed() | RoundPartChased() | RoundPartDecided():
            part = state.parts.get(event.round)
            return state if part is None else replace(state, parts={**state.parts, event.round: _moved(part, event)})
        case AdjustmentRejected(round=str() as round):
            part = state.parts.get(round)
            return state if part is None else replace(state, parts={**state.parts, round: _to_decide_again(part)})
        case _:
            return state


def _moved(
    part: Part, event: RoundPartFilled | RoundPartReturned | RoundPartPassed | RoundPartChased | RoundPartDecided
) -> Part:
    match event:
        case RoundPartFilled():
            return replace(part, lies="filled", filled=event)
        case RoundPartReturned():
            return replace(part, lies="returned", returned=event, due=event.due, chased_next=None)
        case RoundPartPassed():
            return replace(part, lies="passed", passed=event)
        case RoundPartChased():
            return replace(part, chases=event.chase, chased_on=event.chased_on, chased_next=event.next)
        case RoundPartDecided():
            return replace(part, lies="decided", decided=event)


def _to_decide_again(part: Part) -> Part:
    """Goals did not follow a cut: an official decides again on what was passed."""
    if part.decided is None or part.decided.decision != "cut":
        return part
    return replace(part, lies="passed", decided=None)
