"""The county's assessment of a year (政府绩效考核): opened with its units, places decided, looked at mid-term, completed, ties decided.

Its state holds its own stream and every unit's: the completion looks at all of them at once, because ranks and places do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from contracts.decision import Context, Refusal
from contracts.evaluation import EvaluationCompleted
from contracts.event import Event, PrivateEvent, Value
from contracts.kinds import Code, Score, Text
from services.evaluation.domain import ranking, refusals, unit
from services.evaluation.domain import unit_events as facts
from services.evaluation.domain.schemes import CountyScheme
from services.evaluation.domain.unit import UnitState


def assessment_stream(year: int) -> str:
    """The stream of a year's assessment."""
    return f"assessment/{year}"


# Private events --------------------------------------------------------------------------------------------------------------


class _OfAssessment(PrivateEvent):
    owner: ClassVar[str] = "evaluation"

    year: int

    def stream(self) -> str:
        return assessment_stream(self.year)


class AssessedUnit(Value):
    """A unit of the list that an assessment is opened with."""

    id: Code
    name: Text
    unit_class: Code


class AssessmentOpened(_OfAssessment):
    """A year's assessment was opened with its units, under a scheme (启动年度考核). Source: 方案篇五.

    Example::

        {"year": 2026, "scheme": "plan5@1", "units": [{"id": "town-2", "name": "城关镇", "unit_class": "town"}],
         "opened_by": "周敏 (performance-office, performance-office)"}
    """

    scheme: Text
    units: tuple[AssessedUnit, ...]
    opened_by: Text


class AdvancedPlacesDecided(_OfAssessment):
    """The number of advanced places (先进名额) was decided for some classes; others keep their share of the class.

    Example::

        {"year": 2026, "places": {"restoration": 4}, "decided_by": "周敏 (performance-office, performance-office)"}
    """

    places: dict[Code, int]
    decided_by: Text


class MidTermPoints(Value):
    """A unit's points so far, of the class's maximum of each part; `periods` are those looked at."""

    unit: Code
    unit_class: Code
    periods: tuple[Code, ...]
    indicator: Score
    leaders: Score


class MidTermAssessed(_OfAssessment):
    """The mid-term assessment (年中考核): where every unit stands, for feedback. Nothing follows from it but advice.

    Example::

        {"year": 2026, "scheme": "plan5@1", "points": [{"unit": "town-2", "unit_class": "town", "periods": ["mid_term"],
         "indicator": "84.15", "leaders": "9.10"}], "assessed_by": "周敏 (performance-office, performance-office)"}
    """

    scheme: Text
    points: tuple[MidTermPoints, ...]
    assessed_by: Text


OF_ASSESSMENT: tuple[type[PrivateEvent], ...] = (AssessmentOpened, AdvancedPlacesDecided, MidTermAssessed)


# Commands --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfAssessment:
    """Which year, under which scheme."""

    year: int
    scheme: CountyScheme


@dataclass(frozen=True, slots=True)
class OpenAssessment(OfAssessment):
    """Open the year with its units."""

    units: tuple[AssessedUnit, ...]


@dataclass(frozen=True, slots=True)
class DecidePlaces(OfAssessment):
    """Decide the number of advanced places of some classes."""

    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AssessMidTerm(OfAssessment):
    """Look at where every unit stands in July."""


@dataclass(frozen=True, slots=True)
class CompleteAssessment(OfAssessment):
    """Score, rank and grade every unit. `rests_on` names, by unit, the events that give its figures."""

    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True, slots=True)
class DecideTie(OfAssessment):
    """Decide whether a unit that waits among equals is advanced."""

    unit: str
    advanced: bool
    reason: str


Command = OpenAssessment | DecidePlaces | AssessMidTerm | CompleteAssessment | DecideTie


# State -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AssessmentState:
    """A year's assessment with the state of each of its units, by unit in the order of the list."""

    opened: AssessmentOpened | None = None
    places: Mapping[str, int] = field(default_factory=dict[str, int])
    mid_term: MidTermAssessed | None = None
    units: Mapping[str, UnitState] = field(default_factory=dict[str, UnitState])


INITIAL = AssessmentState()


def evolve(state: AssessmentState, event: Event) -> AssessmentState:
    """The state after one more event, of the assessment's own stream or of a unit's."""
    match event:
        case AssessmentOpened():
            entered = {
                entry.unit: replace(state.units.get(entry.unit, unit.INITIAL), entered=entry)
                for entry in entries(event)
            }
            return replace(state, opened=event, units=entered)
        case AdvancedPlacesDecided():
            return replace(state, places={**state.places, **event.places})
        case MidTermAssessed():
            return replace(state, mid_term=event)
        case _ if isinstance(event, (*facts.OF_UNIT, EvaluationCompleted)):
            return _unit_evolved(state, event)
        case _:
            return state


def _unit_evolved(state: AssessmentState, event: Event) -> AssessmentState:
    id = str(getattr(event, "unit", ""))
    before = state.units.get(id)  # a unit that is not in the list has no part in the year
    if before is None or (after := unit.evolve(before, event)) == before:
        return state
    return replace(state, units={**state.units, id: after})


# Decisions -------------------------------------------------------------------------------------------------------------------


def open_assessment(command: OpenAssessment, state: AssessmentState, context: Context) -> tuple[Event, ...] | Refusal:
    """Each unit once, in a class of the scheme; a year is opened with one list."""
    seen: set[str] = set()
    for entry in command.units:
        if entry.id in seen:
            return refusals.ListedTwice(entry.id)
        seen.add(entry.id)
        if entry.unit_class not in command.scheme.classes:
            return refusals.ClassUnknown(entry.id, entry.unit_class)
    if state.opened is not None:
        same = state.opened.units == command.units and state.opened.scheme == command.scheme.reference
        return () if same else refusals.AssessmentAlreadyOpen(command.year)
    opened = AssessmentOpened(
        year=command.year, scheme=command.scheme.reference, units=command.units, opened_by=str(context.actor)
    )
    return (opened, *entries(opened))


def entries(opened: AssessmentOpened) -> tuple[facts.UnitEntered, ...]:
    """What the opening means for each of its units."""
    return tuple(
        facts.UnitEntered(unit=one.id, year=opened.year, name=one.name, unit_class=one.unit_class, scheme=opened.scheme)
        for one in opened.units
    )


def decide_places(command: DecidePlaces, state: AssessmentState, context: Context) -> tuple[Event, ...] | Refusal:
    """Restoration: 3 to 5, decided by people; the others have a quarter of the class unless decided otherwise (方案篇五)."""
    if state.opened is None:
        return refusals.AssessmentNotOpen(command.year)
    for unit_class, number in command.places.items():
        fault = ranking.fault_of_number(unit_class, number, command.scheme)
        if fault is not None:
            return fault
    if all(state.places.get(unit_class) == number for unit_class, number in command.places.items()):
        return ()
    return (AdvancedPlacesDecided(year=command.year, places=dict(command.places), decided_by=str(context.actor)),)
