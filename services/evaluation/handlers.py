"""The commands of evaluation: permit, load, decide, append, apply; the only place that writes.

An assessment's commands decide over the year's stream and all its units' at once. Their events go to several streams in one
transaction: all 48 results of a completion stand, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from backbone.process.dated import in_force, load_all
from backbone.record.events import Recorded
from backbone.record.transaction import Decider, Outcome, Transaction
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.evaluation import EvaluationCompleted
from contracts.event import Event, PublicEvent, project_stream
from contracts.goals import GoalAdjusted, GoalApproved
from contracts.monitoring import ProgressReported
from services.evaluation.domain import assessment, completion, project, refusals, unit
from services.evaluation.domain.assessment import (
    AssessedUnit,
    AssessmentState,
    AssessMidTerm,
    CompleteAssessment,
    DecidePlaces,
    DecideTie,
    OpenAssessment,
    assessment_stream,
)
from services.evaluation.domain.project import EvaluateProject, LevelGiven, ProjectState
from services.evaluation.domain.schemes import CountyScheme, ProjectScheme
from services.evaluation.domain.unit_commands import Command
from services.evaluation.domain.unit_events import unit_stream

PROJECT = Decider(project.INITIAL, project.evolve, project.decide)
UNIT = Decider(unit.INITIAL, unit.evolve, unit.decide)
ASSESSMENT = Decider(assessment.INITIAL, assessment.evolve, completion.decide)
COUNTY_SCHEME = "plan5"
EVERYBODY = "county"
"""The place of what concerns all units at once."""


# Projects --------------------------------------------------------------------------------------------------------------------


def evaluate_project(
    tx: Transaction, code: str, year: int, qualitative: Mapping[str, LevelGiven], target_set_low: Iterable[str]
) -> Outcome | Refusal:
    """An evaluator or finance scores a project under the scheme that its goals were approved with."""
    stream = project_stream(code, year)
    past = tx.load(stream)
    state = PROJECT.fold([recorded.event for recorded in past])
    approved = state.approved
    refusal = permit(tx.context.actor, "evaluate-project", approved.unit if approved else code)
    if refusal is not None:
        return refusal
    if approved is None:
        return refusals.GoalNotApproved(code, year)
    try:
        scheme = in_force(
            load_all("services.evaluation.rules.projects", ProjectScheme), approved.scheme, tx.context.day
        )
    except LookupError:
        return refusals.SchemeUnknown(approved.scheme)
    command = EvaluateProject(code, year, scheme, qualitative, frozenset(target_set_low), _rests_on(past, state))
    result = PROJECT.decide(command, state, tx.context)
    return result if isinstance(result, Refusal) else _appended(tx, stream, {stream: past}, result)


def hear(tx: Transaction, event: PublicEvent, envelope: Envelope) -> None:
    """What another service announced joins the project's stream."""
    tx.hear(event.stream(), event, envelope)


def _rests_on(past: Sequence[Recorded], state: ProjectState) -> tuple[str, ...]:
    """The events that give a project's figures: its goals in force, the reports of the latest actuals, December's judgement."""
    reports = {(actual.period, actual.report) for actual in state.actuals.values()}

    def gives(event: Event) -> bool:
        match event:
            case GoalApproved():
                return event is state.approved
            case GoalAdjusted(annual=annual, budget=budget):
                return annual == state.annual and budget == state.budget
            case ProgressReported(period=period, report=report):
                return (period, report) in reports
            case _:
                return event is state.december

    return tuple(str(recorded.id) for recorded in past if gives(recorded.event))


# Units -----------------------------------------------------------------------------------------------------------------------


def of_unit(
    tx: Transaction, action: str, code: str, year: int, command: Callable[[CountyScheme], Command]
) -> Outcome | Refusal:
    """A command about one unit, under the scheme that the year's assessment was opened with."""
    stream = unit_stream(code, year)
    state = tx.state(UNIT, stream)
    refusal = permit(tx.context.actor, action, code)
    if refusal is not None:
        return refusal
    if state.entered is None:
        return refusals.UnitNotAssessed(code, year)
    return tx.decide(UNIT, stream, command(scheme_of(state.entered.scheme)))


# The year's assessment -------------------------------------------------------------------------------------------------------

Pasts = dict[str, list[Recorded]]
"""What has happened, by stream."""


def open_assessment(tx: Transaction, year: int, units: tuple[AssessedUnit, ...]) -> Outcome | Refusal:
    """The performance office opens a year with its units, under the scheme in force."""
    refusal = permit(tx.context.actor, "run-assessment", EVERYBODY)
    if refusal is not None:
        return refusal
    pasts, state = _year(tx, year)
    try:
        schemes = load_all("services.evaluation.rules.units", CountyScheme)
        scheme = scheme_of(state.opened.scheme) if state.opened else in_force(schemes, COUNTY_SCHEME, tx.context.day)
    except LookupError:
        return refusals.SchemeUnknown(COUNTY_SCHEME)
    return _decided(tx, year, pasts, state, OpenAssessment(year, scheme, units))


def decide_places(tx: Transaction, year: int, places: Mapping[str, int]) -> Outcome | Refusal:
    """The performance office enters the numbers of advanced places that were decided."""
    return _of_year(tx, "run-assessment", year, lambda scheme, _: DecidePlaces(year, scheme, places))


def assess_mid_term(tx: Transaction, year: int) -> Outcome | Refusal:
    """The performance office looks at where every unit stands in July."""
    return _of_year(tx, "run-assessment", year, lambda scheme, _: AssessMidTerm(year, scheme))


def complete_assessment(tx: Transaction, year: int) -> Outcome | Refusal:
    """The performance office completes the year: a result for every unit, in one transaction."""
    return _of_year(
        tx,
        "run-assessment",
        year,
        lambda scheme, pasts: CompleteAssessment(year, scheme, _figures_of_units(year, pasts)),
    )


def decide_tie(tx: Transaction, year: int, code: str, advanced: bool, reason: str) -> Outcome | Refusal:
    """A leader decides a unit that waits among equals."""
    return _of_year(tx, "decide-assessment", year, lambda scheme, _: DecideTie(year, scheme, code, advanced, reason))


def scheme_of(reference: str) -> CountyScheme:
    """The county scheme that an event names, such as `plan5@1`. Schemes are kept for ever, so it is there."""
    return next(s for s in load_all("services.evaluation.rules.units", CountyScheme) if s.reference == reference)


def one_at_a_time(tx: Transaction, year: int) -> None:
    """Decisions over a whole year read many streams and append to some: two at once would share out the same places twice. What only
    concerns one unit does not wait; a decision that has read it before is tried again."""
    tx.conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (assessment_stream(year),))


def _of_year(
    tx: Transaction, action: str, year: int, command: Callable[[CountyScheme, Pasts], assessment.Command]
) -> Outcome | Refusal:
    refusal = permit(tx.context.actor, action, EVERYBODY)
    if refusal is not None:
        return refusal
    one_at_a_time(tx, year)
    pasts, state = _year(tx, year)
    if state.opened is None:
        return refusals.AssessmentNotOpen(year)
    return _decided(tx, year, pasts, state, command(scheme_of(state.opened.scheme), pasts))


def _year(tx: Transaction, year: int) -> tuple[Pasts, AssessmentState]:
    """The year's stream and those of its units, and the state that they make together."""
    stream = assessment_stream(year)
    pasts = {stream: tx.load(stream)}
    opened = ASSESSMENT.fold([recorded.event for recorded in pasts[stream]])
    pasts |= {unit_stream(code, year): tx.load(unit_stream(code, year)) for code in opened.units}
    return pasts, ASSESSMENT.fold([recorded.event for past in pasts.values() for recorded in past])


def _decided(
    tx: Transaction, year: int, pasts: Pasts, state: AssessmentState, command: assessment.Command
) -> Outcome | Refusal:
    result = ASSESSMENT.decide(command, state, tx.context)
    return result if isinstance(result, Refusal) else _appended(tx, assessment_stream(year), pasts, result)


def _appended(tx: Transaction, stream: str, pasts: Pasts, events: Sequence[Event]) -> Outcome:
    """Append each event to its own stream, all in this transaction; the outcome speaks of `stream`."""
    by_stream: dict[str, list[Event]] = {}
    for event in events:
        by_stream.setdefault(event.stream(), []).append(event)
    versions = {name: past[-1].version if past else 0 for name, past in pasts.items()}
    appended = [recorded for name, own in by_stream.items() for recorded in tx.append(name, versions.get(name, 0), own)]
    return Outcome(stream, versions[stream] + len(by_stream.get(stream, ())), tuple(appended))


def _figures_of_units(year: int, pasts: Pasts) -> dict[str, tuple[str, ...]]:
    """By unit, the events that its result rests on: all of its year but earlier results."""
    return {
        stream.removeprefix("unit/").removesuffix(f"/{year}"): tuple(
            str(recorded.id) for recorded in past if not isinstance(recorded.event, EvaluationCompleted)
        )
        for stream, past in pasts.items()
        if stream.startswith("unit/")
    }
