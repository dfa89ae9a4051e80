"""A project is taken into a round: its figures up to the period's end are judged by the same `judge` and taken down once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.decision import Context, Refusal
from services.monitoring.domain.judging import Figures, Goal, Judgement, judge
from services.monitoring.domain.refusals import GoalNotApproved, ProjectAlreadyStopped
from services.monitoring.domain.rounds.events import RoundKind, TakenIndicator, TakenIntoRound
from services.monitoring.domain.rounds.part import InRounds, OfPart
from services.monitoring.domain.rules import RuleSet


@dataclass(frozen=True, slots=True)
class TakeIntoRound(OfPart):
    """Take a project's figures down: what its vouchers come to up to the last day of `through`."""

    kind: RoundKind
    through: str
    due: date
    figures: Figures
    rules: RuleSet
    policy: str


def take_into_round(command: TakeIntoRound, state: InRounds, context: Context) -> tuple[TakenIntoRound, ...] | Refusal:
    """Once for each round, whatever arrives later: what people decide on stays what they saw."""
    goal = state.project.goal
    if goal is None:
        return GoalNotApproved(command.project, command.year)
    if command.round in state.parts:
        return ()
    if state.project.status == "stopped":
        return ProjectAlreadyStopped(command.project)
    project = state.project
    judged = judge(
        goal,
        command.figures,
        project.reports,
        command.through,
        context.day,
        command.rules,
        watched=bool(project.watched),
    )
    return (_taken(command, goal, judged, context.day),)


def _taken(command: TakeIntoRound, goal: Goal, judged: Judgement, day: date) -> TakenIntoRound:
    return TakenIntoRound(
        project=command.project,
        year=command.year,
        round=command.round,
        kind=command.kind,
        through=command.through,
        due=command.due,
        as_of=day,
        rules=command.rules.reference,
        policy=command.policy,
        budget=goal.budget,
        currency=goal.currency,
        paid=command.figures.paid,
        vouchers=command.figures.vouchers,
        digest=command.figures.digest,
        execution=judged.execution,
        attainment=judged.attainment,
        time=judged.time,
        mismatch=judged.mismatch,
        values=dict(judged.values),
        indicators=tuple(
            TakenIndicator(id=each.id, weight=each.weight, direction=each.direction, target=each.target)
            for each in goal.indicators
        ),
        findings=judged.findings,
        recommendation=judged.recommendation,
    )
