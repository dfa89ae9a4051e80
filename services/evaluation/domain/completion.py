"""Looking at all units at once: mid-term, completion, and what people decide where units are equal (年中考核、年度考核、同分决定).

This is the assessment's `decide`: opening and places stand in `assessment`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from contracts.decision import Context, Refusal
from contracts.evaluation import EvaluationCompleted, ScorePart
from contracts.event import Event
from contracts.kinds import last_day
from contracts.shares import rounded
from services.evaluation.domain import assessment, county, ranking, refusals, unit
from services.evaluation.domain import unit_events as facts
from services.evaluation.domain.assessment import (
    AssessmentState,
    AssessMidTerm,
    Command,
    CompleteAssessment,
    DecidePlaces,
    DecideTie,
    MidTermAssessed,
    MidTermPoints,
    OpenAssessment,
)
from services.evaluation.domain.county import UnitFigures, UnitScore
from services.evaluation.domain.project import same_result
from services.evaluation.domain.ranking import ADVANCED, QUALIFIED, UNDECIDED
from services.evaluation.domain.schemes import ClassScheme, CountyScheme
from services.evaluation.domain.shares import mean

Decided = tuple[Event, ...] | Refusal


def decide(command: Command, state: AssessmentState, context: Context) -> Decided:
    """The events of a command, of the assessment's stream and of its units', or why it is refused."""
    match command:
        case OpenAssessment():
            return assessment.open_assessment(command, state, context)
        case DecidePlaces():
            return assessment.decide_places(command, state, context)
        case AssessMidTerm():
            return assess_mid_term(command, state, context)
        case CompleteAssessment():
            return complete(command, state, context)
        case DecideTie():
            return decide_tie(command, state, context)


# Mid-term --------------------------------------------------------------------------------------------------------------------


def assess_mid_term(command: AssessMidTerm, state: AssessmentState, context: Context) -> Decided:
    """Indicator and leader points of the mid-term period; for a class assessed by month, of the months that are over."""
    if state.opened is None:
        return refusals.AssessmentNotOpen(command.year)
    looked_at = {
        figures.id: _periods_so_far(command.scheme.classes[figures.unit_class], command.year, context.day)
        for figures in map(unit.figures, state.units.values())
    }
    missing: list[str] = []
    points: list[MidTermPoints] = []
    for figures in map(unit.figures, state.units.values()):
        periods, of = looked_at[figures.id], command.scheme.classes[figures.unit_class]
        wanted = [f"{period}/{part}" for period in periods for part in ("indicators", "leaders")]
        gaps = county.gaps(figures.id, wanted, county.given(figures))
        missing += gaps
        if periods and not gaps:
            points.append(_mid_term_points(figures, periods, of))
    if missing:
        return refusals.FiguresMissing(tuple(sorted(missing)))
    assessed = MidTermAssessed(
        year=command.year, scheme=command.scheme.reference, points=tuple(points), assessed_by=str(context.actor)
    )
    if state.mid_term is not None and (state.mid_term.scheme, state.mid_term.points) == (
        assessed.scheme,
        assessed.points,
    ):
        return ()
    return (assessed,)


def _periods_so_far(of: ClassScheme, year: int, day: date) -> tuple[str, ...]:
    if of.mid_term is not None:
        return (of.mid_term,)
    return tuple(month for month in of.periods if last_day(f"{year:04d}-{month}") < day)


def _mid_term_points(figures: UnitFigures, periods: Sequence[str], of: ClassScheme) -> MidTermPoints:
    return MidTermPoints(
        unit=figures.id,
        unit_class=figures.unit_class,
        periods=tuple(periods),
        indicator=rounded(mean(tuple(county.indicator_points(figures.indicators[period], of) for period in periods))),
        leaders=rounded(mean(tuple(county.leader_points(figures.leaders[period]) for period in periods))),
    )


# Completion ------------------------------------------------------------------------------------------------------------------


def complete(command: CompleteAssessment, state: AssessmentState, context: Context) -> Decided:
    """A result for every unit. Again after a correction: a new result for the units that it changed, and for no other."""
    if state.opened is None:
        return refusals.AssessmentNotOpen(command.year)
    scores = county.score([unit.figures(one) for one in state.units.values()], command.scheme, state.places)
    if isinstance(scores, Refusal):
        return scores
    results = (_result(score, command, state, context) for score in _with_ties_decided(scores, state, command.scheme))
    return tuple(result for result in results if not same_result(state.units[result.unit].evaluation, result))


def _with_ties_decided(
    scores: Iterable[UnitScore], state: AssessmentState, scheme: CountyScheme
) -> Iterable[UnitScore]:
    """Earlier decisions hold while the total that they were made for stands, and while there are places for them."""
    scores = tuple(scores)
    chosen = {score.id: tie.advanced for score in scores if (tie := _standing_tie(score, state)) is not None}
    for score in scores:
        left = places_left(score.unit_class, [other for other in scores if other.id not in chosen], state, scheme)
        wanted = sum(
            chosen[other.id] for other in scores if other.id in chosen and other.unit_class == score.unit_class
        )
        if score.id in chosen and wanted <= left:
            yield with_grade(score, ADVANCED if chosen[score.id] else QUALIFIED, scheme)
        else:
            yield score


def _standing_tie(score: UnitScore, state: AssessmentState) -> facts.TieDecided | None:
    tie = state.units[score.id].tie
    return tie if score.grade == UNDECIDED and tie is not None and tie.total == score.total else None


def with_grade(score: UnitScore, grade: str, scheme: CountyScheme) -> UnitScore:
    """The score with the grade that people decided, and what follows from it."""
    return replace(score, grade=grade, consequence=ranking.consequence_of_grade(grade, score.unit_class, scheme))


def places_left(
    unit_class: str, results: Iterable[UnitScore | EvaluationCompleted], state: AssessmentState, scheme: CountyScheme
) -> int:
    """The advanced places of a class that `results` have not taken."""
    members = sum(one.entered is not None and one.entered.unit_class == unit_class for one in state.units.values())
    places = ranking.places_of(members, scheme.classes[unit_class].advanced, state.places.get(unit_class))
    return places - sum(result.unit_class == unit_class and result.grade == ADVANCED for result in results)


def _result(
    score: UnitScore, command: CompleteAssessment, state: AssessmentState, context: Context
) -> EvaluationCompleted:
    of, earlier = command.scheme.classes[score.unit_class], state.units[score.id].evaluation
    merits = 1 if of.merits else 0
    return EvaluationCompleted(
        subject_kind="unit",
        unit=score.id,
        year=command.year,
        evaluation=earlier.evaluation + 1 if earlier else 1,
        scheme=command.scheme.reference,
        audience=command.scheme.audience,
        parts=(
            ScorePart(id="indicator", points=score.indicator, of=of.indicator),
            ScorePart(id="public", points=score.public, of=of.public or 0),  # pyright: ignore[reportArgumentType]
            ScorePart(id="leaders", points=score.leaders, of=of.leaders),
            ScorePart(id="bonus", points=score.bonus, of=command.scheme.bonuses.cap * merits),
            ScorePart(id="penalty", points=score.penalty, of=command.scheme.penalties.cap * merits),
        ),
        total=score.total,
        grade=score.grade,
        rank=score.rank,
        unit_class=score.unit_class,
        consequence=score.consequence,
        rests_on=command.rests_on.get(score.id, ()),
        evaluated_by=str(context.actor),
        evaluated_on=context.day,
    )


# Ties ------------------------------------------------------------------------------------------------------------------------


def decide_tie(command: DecideTie, state: AssessmentState, context: Context) -> Decided:
    """The plan knows no tie-break: a leader decides, with a reason, and only as many as there are places."""
    if state.opened is None:
        return refusals.AssessmentNotOpen(command.year)
    standing = state.units.get(command.unit)
    if standing is None or standing.entered is None:
        return refusals.UnitNotAssessed(command.unit, command.year)
    result = standing.evaluation
    if result is None:
        return refusals.NotCompleted(command.year)
    tie = standing.tie
    if tie is not None and (tie.advanced, tie.total, tie.reason) == (command.advanced, result.total, command.reason):
        return ()
    if result.grade != UNDECIDED:
        return refusals.NotUndecided(command.unit, result.grade)
    unit_class = standing.entered.unit_class
    others = [one.evaluation for one in state.units.values() if one.evaluation is not None]
    if command.advanced and places_left(unit_class, others, state, command.scheme) < 1:
        return refusals.NoPlaceLeft(command.unit, places_left(unit_class, (), state, command.scheme))
    grade = ADVANCED if command.advanced else QUALIFIED
    decided = facts.TieDecided(
        unit=command.unit, year=command.year, advanced=command.advanced, total=result.total, reason=command.reason,
        decided_by=str(context.actor),
    )  # fmt: skip
    updated = result.model_copy(
        update={
            "evaluation": result.evaluation + 1,
            "grade": grade,
            "consequence": ranking.consequence_of_grade(grade, unit_class, command.scheme),
            "evaluated_by": str(context.actor),
            "evaluated_on": context.day,
        }
    )
    return decided, updated
