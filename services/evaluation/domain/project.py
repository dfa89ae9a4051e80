"""A spending project's evaluation (项目绩效评价): what was heard of its goals, money and results, and its score.

Figures come from what was heard: goals and budget from their approval (and adjustment), actuals from the latest progress reports,
payments from the full judgement of December. People add what only people can: the level of each qualitative indicator, and which
targets had been set too low. Nobody types a figure in here that another service vouches for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import ClassVar, Literal

from contracts.decision import Context, Refusal
from contracts.evaluation import EvaluationCompleted, ScorePart
from contracts.event import Event, OfProject, PrivateEvent, Value
from contracts.goals import GoalAdjusted, GoalApproved, Indicator
from contracts.kinds import Code, Direction, Exact, Text, major_units
from contracts.monitoring import MonthJudged, ProgressReported, ProjectResumed, ProjectStopped, ProjectSuspended
from services.evaluation.domain import refusals, self_evaluation
from services.evaluation.domain.schemes import Level, ProjectScheme
from services.evaluation.domain.self_evaluation import EXECUTION, IndicatorFigures, ProjectFigures

DECEMBER = "12"


# Private events --------------------------------------------------------------------------------------------------------------


class IndicatorScored(Value):
    """One indicator as it was scored: its figures, and the points that it earned (rounded for reading)."""

    id: Code
    name: Text
    dimension: Code
    weight: Exact
    type: Literal["quantitative", "qualitative"]
    direction: Direction
    target: Exact | None = None
    actual: Exact | None = None
    target_set_low: bool = False
    level: Level | None = None
    share: Exact | None = None
    points: Exact


class ProjectScored(OfProject, PrivateEvent):
    """The indicators behind an EvaluationCompleted, one by one: the paper behind the score. Source: 财预〔2020〕10号 自评表.

    Example::

        {"project": "CS-2026-007", "year": 2026, "evaluation": 1, "scheme": "mof-2020-10@1", "indicators": [{"id": "canal",
         "name": "改造渠道长度", "dimension": "output", "weight": "50", "type": "quantitative", "direction": "at_least", "target": "120",
         "actual": "115.2", "target_set_low": false, "level": null, "share": null, "points": "48.00"}]}
    """

    owner: ClassVar[str] = "evaluation"

    evaluation: int
    scheme: str
    indicators: tuple[IndicatorScored, ...]


# Commands --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LevelGiven:
    """A person's judgement of a qualitative indicator: its level, and the share of 1 within it."""

    level: Level
    share: Decimal


@dataclass(frozen=True, slots=True)
class EvaluateProject:
    """Score the project under its scheme. `rests_on` names the events that give the figures."""

    project: str
    year: int
    scheme: ProjectScheme
    qualitative: Mapping[str, LevelGiven] = field(default_factory=dict[str, LevelGiven])
    target_set_low: frozenset[str] = frozenset()
    rests_on: tuple[str, ...] = ()


# State -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reported:
    """An indicator's actual and the report that gave it."""

    period: str
    report: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class ProjectState:
    """A project's year as evaluation heard it. Money in fen."""

    approved: GoalApproved | None = None
    budget: int = 0
    annual: tuple[Indicator, ...] = ()
    actuals: Mapping[str, Reported] = field(default_factory=dict[str, Reported])
    december: MonthJudged | None = None
    status: Literal["active", "suspended", "stopped"] = "active"
    evaluation: EvaluationCompleted | None = None
    scored: ProjectScored | None = None


INITIAL = ProjectState()


def evolve(state: ProjectState, event: Event) -> ProjectState:
    """The state after one more event; events of no meaning here change nothing."""
    match event:
        case GoalApproved():
            return replace(state, approved=event, budget=event.budget, annual=event.annual)
        case GoalAdjusted():
            return replace(state, budget=event.budget, annual=event.annual)
        case ProgressReported():
            return replace(state, actuals={**state.actuals, **_newer(event, state.actuals)})
        case MonthJudged(closed=True) if event.period == f"{event.year}-{DECEMBER}":
            return replace(state, december=event)
        case ProjectSuspended():
            return replace(state, status="suspended")
        case ProjectStopped():
            return replace(state, status="stopped")
        case ProjectResumed():
            return replace(state, status="active")
        case ProjectScored():
            return replace(state, scored=event)
        case EvaluationCompleted(subject_kind="project"):
            return replace(state, evaluation=event)
        case _:
            return state


def figures(state: ProjectState, command: EvaluateProject) -> ProjectFigures:
    """What the project is scored from: what was heard, and what people judged. What nobody gave is None."""
    return ProjectFigures(
        budget=major_units(state.budget, state.approved.currency if state.approved else "CNY"),
        paid=None if state.december is None else major_units(state.december.paid, state.december.currency),
        indicators=tuple(_figures_of(indicator, state, command) for indicator in state.annual),
    )


# Decisions -------------------------------------------------------------------------------------------------------------------


def decide(command: EvaluateProject, state: ProjectState, context: Context) -> tuple[Event, ...] | Refusal:
    """The events of a command, or why it is refused."""
    match command:
        case EvaluateProject():
            return evaluate(command, state, context)


def evaluate(command: EvaluateProject, state: ProjectState, context: Context) -> tuple[Event, ...] | Refusal:
    """Score the project; a later evaluation takes the place of the earlier, the same figures again are no news."""
    if state.approved is None:
        return refusals.GoalNotApproved(command.project, command.year)
    given = figures(state, command)
    score = _misnamed(command, state) or self_evaluation.score(given, command.scheme)
    if isinstance(score, Refusal):
        return score
    evaluation = state.evaluation.evaluation + 1 if state.evaluation else 1
    assert state.december is not None
    completed = EvaluationCompleted(
        subject_kind="project",
        project=command.project,
        unit=state.approved.unit,
        year=command.year,
        evaluation=evaluation,
        scheme=command.scheme.reference,
        audience=command.scheme.audience,
        budget=state.budget,
        paid=state.december.paid,
        vouchers=state.december.vouchers,
        parts=(
            ScorePart(id=EXECUTION, points=score.parts[EXECUTION], of=command.scheme.execution),
            *(
                ScorePart(id=name, points=score.parts[name], of=most)
                for name, most in command.scheme.dimensions.items()
            ),
        ),
        total=score.total,
        grade=score.grade,
        consequence=score.consequence,
        rests_on=command.rests_on,
        evaluated_by=str(context.actor),
        evaluated_on=context.day,
    )
    scored = ProjectScored(
        project=command.project,
        year=command.year,
        evaluation=evaluation,
        scheme=command.scheme.reference,
        indicators=tuple(
            _scored(promised.name, indicator, command.scheme)
            for promised, indicator in zip(state.annual, given.indicators, strict=True)
        ),
    )
    if (
        same_result(state.evaluation, completed)
        and state.scored is not None
        and state.scored.indicators == scored.indicators
    ):
        return ()
    return scored, completed


def same_result(earlier: EvaluationCompleted | None, later: EvaluationCompleted) -> bool:
    """Whether two evaluations say the same, whoever made them and when."""
    if earlier is None:
        return False
    aside = {"evaluation", "evaluated_by", "evaluated_on", "rests_on"}
    return earlier.model_dump(exclude=aside) == later.model_dump(exclude=aside)


def _misnamed(command: EvaluateProject, state: ProjectState) -> Refusal | None:
    """What people judged must be an indicator of the approved goals, and levels are for qualitative ones."""
    indicators = {indicator.id: indicator for indicator in state.annual}
    for name in sorted({*command.qualitative, *command.target_set_low}):
        if name not in indicators:
            return refusals.IndicatorUnknown(f"{command.project}/{command.year}", name)
        if name in command.qualitative and indicators[name].type != "qualitative":
            return refusals.IndicatorNotQualitative(name)
    return None


def _figures_of(indicator: Indicator, state: ProjectState, command: EvaluateProject) -> IndicatorFigures:
    reported, level = state.actuals.get(indicator.id), command.qualitative.get(indicator.id)
    quantitative = indicator.type == "quantitative"
    return IndicatorFigures(
        indicator.id,
        indicator.dimension,
        indicator.weight,
        indicator.type,
        indicator.direction,
        target=indicator.target if quantitative else None,
        actual=reported.value if reported is not None and quantitative else None,
        target_set_low=indicator.id in command.target_set_low,
        level=level.level if level else None,
        share=level.share if level else None,
    )


def _scored(name: str, indicator: IndicatorFigures, scheme: ProjectScheme) -> IndicatorScored:
    return IndicatorScored(
        id=indicator.id,
        name=name,
        dimension=indicator.dimension,
        weight=indicator.weight,
        type=indicator.type,
        direction=indicator.direction,
        target=indicator.target,
        actual=indicator.actual,
        target_set_low=indicator.target_set_low,
        level=indicator.level,
        share=indicator.share,
        points=self_evaluation.rounded(self_evaluation.points(indicator, scheme)),
    )


def _newer(report: ProgressReported, known: Mapping[str, Reported]) -> dict[str, Reported]:
    """The values of a report that are not older than what is known: of a later period, or a later report of the same."""
    return {
        indicator: Reported(report.period, report.report, value)
        for indicator, value in report.values.items()
        if indicator not in known
        or (report.period, report.report) >= (known[indicator].period, known[indicator].report)
    }
