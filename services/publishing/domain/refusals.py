"""Everything that publishing refuses, with the fields that say why. Sentences stand in `words.toml`, HTTP statuses at the edge.

Refusal
├── about an approval   NothingHeld  AnotherResultHeld  GoalNotHeard  EventsNotHeard  ScoreOutdated  DocumentMissing
└── about a page        ProjectNotPublished  UnitNotPublished  YearNotPublished  EventNotPublic
"""

from __future__ import annotations

from dataclasses import dataclass

from contracts.decision import Refusal


@dataclass(frozen=True, slots=True)
class NothingHeld(Refusal):
    """No result of the project waits for an approval: it has not been evaluated."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class AnotherResultHeld(Refusal):
    """The official looked at an evaluation that a later one has replaced since."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class GoalNotHeard(Refusal):
    """The result came before the project's approved goal: without it there is nothing to measure it against."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class EventsNotHeard(Refusal):
    """The score rests on events that have not arrived here yet; `missing` is their number."""

    project: str
    year: int
    missing: int


@dataclass(frozen=True, slots=True)
class ScoreOutdated(Refusal):
    """December was judged again after the score: page and score would tell different money."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class DocumentMissing(Refusal):
    """An approval names the document that it rests on."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class ProjectNotPublished(Refusal):
    """The project is unknown, or its result has not been approved for publication."""

    project: str
    year: int


@dataclass(frozen=True, slots=True)
class UnitNotPublished(Refusal):
    """Nothing of the unit has been published in the year."""

    unit: str
    year: int


@dataclass(frozen=True, slots=True)
class YearNotPublished(Refusal):
    """Nothing of the year has been published."""

    year: int


@dataclass(frozen=True, slots=True)
class EventNotPublic(Refusal):
    """The event is unknown, or belongs to what has not been published."""

    event: str
