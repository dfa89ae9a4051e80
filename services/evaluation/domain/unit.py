"""A unit's assessment year (单位考核): what was issued, supplied, marked, surveyed, claimed and found, until it is scored.

Every command is refused where its figure could never be scored: a wrong period, a mark outside the range, a ground that the scheme
does not know. Corrections are new facts; the completion (`completion`) takes what stands on its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from contracts.decision import Context, Refusal
from contracts.evaluation import EvaluationCompleted
from contracts.event import Event
from services.evaluation.domain import county, merits, refusals
from services.evaluation.domain import unit_events as facts
from services.evaluation.domain.schemes import ClassScheme
from services.evaluation.domain.unit_commands import (
    ApproveDereliction,
    BarUnit,
    ClaimBonus,
    Command,
    ConfirmBonus,
    IssueTargets,
    MarkUnit,
    RecordPenalty,
    ReportSatisfaction,
    SupplyActuals,
)
from services.evaluation.domain.unit_events import IssuedTarget

Decided = tuple[Event, ...] | Refusal


# State -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitState:
    """What stands of a unit's year. Targets and actuals by period, marks by period and leader, shares by quarter."""

    entered: facts.UnitEntered | None = None
    targets: Mapping[str, tuple[IssuedTarget, ...]] = field(default_factory=dict[str, tuple[IssuedTarget, ...]])
    actuals: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict[str, Mapping[str, Decimal]])
    marks: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict[str, Mapping[str, Decimal]])
    satisfaction: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    bonuses: Mapping[str, facts.BonusClaimed] = field(default_factory=dict[str, facts.BonusClaimed])
    confirmed: frozenset[str] = frozenset()
    penalties: Mapping[str, facts.PenaltyRecorded] = field(default_factory=dict[str, facts.PenaltyRecorded])
    bars: Mapping[str, facts.UnitBarred] = field(default_factory=dict[str, facts.UnitBarred])
    dereliction: facts.DerelictionApproved | None = None
    tie: facts.TieDecided | None = None
    evaluation: EvaluationCompleted | None = None


INITIAL = UnitState()


def evolve(state: UnitState, event: Event) -> UnitState:
    """The state after one more event; events of no meaning here change nothing."""
    match event:
        case facts.UnitEntered():
            return replace(state, entered=event)
        case facts.TargetsIssued():
            return replace(state, targets={**state.targets, event.period: event.indicators})
        case facts.ActualsSupplied():
            return replace(
                state, actuals={**state.actuals, event.period: {**state.actuals.get(event.period, {}), **event.actuals}}
            )
        case facts.LeaderMarked():
            return replace(
                state,
                marks={**state.marks, event.period: {**state.marks.get(event.period, {}), event.leader: event.mark}},
            )
        case facts.SatisfactionReported():
            return replace(state, satisfaction={**state.satisfaction, event.quarter: event.share})
        case facts.BonusClaimed():
            return replace(state, bonuses={**state.bonuses, event.bonus: event})
        case facts.BonusConfirmed():
            return replace(state, confirmed=state.confirmed | {event.bonus})
        case facts.PenaltyRecorded():
            return replace(state, penalties={**state.penalties, event.penalty: event})
        case facts.UnitBarred():
            return replace(state, bars={**state.bars, event.reason: event})
        case facts.DerelictionApproved():
            return replace(state, dereliction=event)
        case facts.TieDecided():
            return replace(state, tie=event)
        case EvaluationCompleted(subject_kind="unit"):
            return replace(state, evaluation=event)
        case _:
            return state


def figures(state: UnitState) -> county.UnitFigures:
    """What the unit is scored from; a target without an actual yet has none."""
    assert state.entered is not None
    return county.UnitFigures(
        id=state.entered.unit,
        unit_class=state.entered.unit_class,
        indicators={
            period: tuple(_with_actual(target, state.actuals.get(period, {}).get(target.id)) for target in targets)
            for period, targets in state.targets.items()
        },
        leaders={period: tuple(marks.values()) for period, marks in state.marks.items()},
        public=state.satisfaction,
        bonuses=tuple(
            merits.Bonus(claim.reason, claim.level, claim.points, claim.document, claim.bonus in state.confirmed)
            for claim in state.bonuses.values()
        ),
        penalties=tuple(
            merits.Penalty(record.reason, record.level, record.verified) for record in state.penalties.values()
        ),
        disqualified_by=tuple(state.bars),
        dereliction_approved=state.dereliction is not None,
    )


# Decisions -------------------------------------------------------------------------------------------------------------------


def decide(command: Command, state: UnitState, context: Context) -> Decided:
    """The events of a command, or why it is refused; none where it has happened already with the same content."""
    if state.entered is None:
        return refusals.UnitNotAssessed(command.unit, command.year)
    of = command.scheme.classes[state.entered.unit_class]
    match command:
        case IssueTargets():
            return issue_targets(command, state, of, context)
        case SupplyActuals():
            return supply_actuals(command, state, context)
        case MarkUnit():
            return mark(command, state, of, context)
        case ReportSatisfaction():
            return report_satisfaction(command, state, of, context)
        case ClaimBonus():
            return claim_bonus(command, state, of, context)
        case ConfirmBonus():
            return confirm_bonus(command, state, context)
        case RecordPenalty():
            return record_penalty(command, state, of, context)
        case BarUnit():
            return bar(command, state, context)
        case ApproveDereliction():
            return approve_dereliction(command, state, context)


def issue_targets(command: IssueTargets, state: UnitState, of: ClassScheme, context: Context) -> Decided:
    """Weights of a period sum to 100; targets are numbers not below 0."""
    where = f"{command.unit}/{command.period}"
    issued = tuple(_with_actual(target, None) for target in command.indicators)
    fault = county.fault_of_period(where, command.period, of) or county.fault_of_indicators(where, issued)
    if fault is not None:
        return fault
    if state.targets.get(command.period) == command.indicators:
        return ()
    return (
        facts.TargetsIssued(
            unit=command.unit,
            year=command.year,
            period=command.period,
            indicators=command.indicators,
            issued_by=str(context.actor),
        ),
    )


def supply_actuals(command: SupplyActuals, state: UnitState, context: Context) -> Decided:
    """Actuals are of issued targets, and of nothing else."""
    where = f"{command.unit}/{command.period}"
    targets = state.targets.get(command.period)
    if targets is None:
        return refusals.TargetsNotIssued(command.unit, command.period)
    unknown = sorted(set(command.actuals) - {target.id for target in targets})
    if unknown:
        return refusals.IndicatorUnknown(where, unknown[0])
    known = state.actuals.get(command.period, {})
    if all(known.get(indicator) == actual for indicator, actual in command.actuals.items()):
        return ()
    return (
        facts.ActualsSupplied(
            unit=command.unit,
            year=command.year,
            period=command.period,
            actuals=dict(command.actuals),
            supplied_by=str(context.actor),
        ),
    )


def mark(command: MarkUnit, state: UnitState, of: ClassScheme, context: Context) -> Decided:
    """One mark a leader and period, within the range; another mark corrects the earlier."""
    where, leader = f"{command.unit}/{command.period}", context.actor.name
    fault = county.fault_of_period(where, command.period, of) or county.fault_of_mark(where, command.mark, of)
    if fault is not None:
        return fault
    if state.marks.get(command.period, {}).get(leader) == command.mark:
        return ()
    return (
        facts.LeaderMarked(
            unit=command.unit, year=command.year, period=command.period, leader=leader, mark=command.mark
        ),
    )


def report_satisfaction(command: ReportSatisfaction, state: UnitState, of: ClassScheme, context: Context) -> Decided:
    """A survey is of classes that have a public part, a quarter of theirs, and a share that a band gives points for."""
    assert state.entered is not None
    if of.public is None:
        return refusals.PublicNotForClass(command.unit, state.entered.unit_class)
    where = f"{command.unit}/{command.quarter}"
    fault = county.fault_of_survey(where, command.quarter, command.share, of, command.scheme.satisfaction_bands)
    if fault is not None:
        return fault
    if state.satisfaction.get(command.quarter) == command.share:
        return ()
    return (
        facts.SatisfactionReported(
            unit=command.unit,
            year=command.year,
            quarter=command.quarter,
            share=command.share,
            reported_by=str(context.actor),
        ),
    )


def claim_bonus(command: ClaimBonus, state: UnitState, of: ClassScheme, context: Context) -> Decided:
    """A claim may be made better (a document added) until it is confirmed."""
    assert state.entered is not None
    if not of.merits:
        return refusals.MeritsNotForClass(command.unit, state.entered.unit_class)
    bonus = merits.Bonus(command.reason, command.level, command.points, command.document)
    fault = merits.fault_of_bonus(f"{command.unit}/{command.bonus}", bonus, command.scheme.bonuses)
    if fault is not None:
        return fault
    claim = facts.BonusClaimed(
        unit=command.unit, year=command.year, bonus=command.bonus, reason=command.reason, level=command.level,
        points=command.points, document=command.document, claimed_by=str(context.actor),
    )  # fmt: skip
    known = state.bonuses.get(command.bonus)
    if known is not None and _same(known, claim, "claimed_by"):
        return ()
    return refusals.BonusAlreadyConfirmed(command.unit, command.bonus) if command.bonus in state.confirmed else (claim,)


def confirm_bonus(command: ConfirmBonus, state: UnitState, context: Context) -> Decided:
    """Only a claimed bonus with a document can be confirmed."""
    claim = state.bonuses.get(command.bonus)
    if claim is None:
        return refusals.BonusUnknown(command.unit, command.bonus)
    if not claim.document:
        return refusals.BonusWithoutDocument(command.unit, command.bonus)
    if command.bonus in state.confirmed:
        return ()
    return (
        facts.BonusConfirmed(
            unit=command.unit, year=command.year, bonus=command.bonus, confirmed_by=str(context.actor)
        ),
    )


def record_penalty(command: RecordPenalty, state: UnitState, of: ClassScheme, context: Context) -> Decided:
    """Another record of the same penalty takes its place: a complaint may be found true later."""
    assert state.entered is not None
    if not of.merits:
        return refusals.MeritsNotForClass(command.unit, state.entered.unit_class)
    penalty = merits.Penalty(command.reason, command.level, command.verified)
    fault = merits.fault_of_penalty(f"{command.unit}/{command.penalty}", penalty, command.scheme.penalties)
    if fault is not None:
        return fault
    record = facts.PenaltyRecorded(
        unit=command.unit, year=command.year, penalty=command.penalty, reason=command.reason, level=command.level,
        verified=command.verified, document=command.document, recorded_by=str(context.actor),
    )  # fmt: skip
    known = state.penalties.get(command.penalty)
    return () if known is not None and _same(known, record, "recorded_by") else (record,)


def bar(command: BarUnit, state: UnitState, context: Context) -> Decided:
    """The scheme names what bars a unit from advanced."""
    if command.reason not in command.scheme.bars:
        return refusals.GroundUnknown(command.unit, command.reason, None)
    known = state.bars.get(command.reason)
    if known is not None and known.document == command.document:
        return ()
    return (
        facts.UnitBarred(
            unit=command.unit,
            year=command.year,
            reason=command.reason,
            document=command.document,
            barred_by=str(context.actor),
        ),
    )


def approve_dereliction(command: ApproveDereliction, state: UnitState, context: Context) -> Decided:
    """The main leader's approval of what the performance body found."""
    if state.dereliction is not None and state.dereliction.document == command.document:
        return ()
    return (
        facts.DerelictionApproved(
            unit=command.unit, year=command.year, document=command.document, approved_by=str(context.actor)
        ),
    )


def _with_actual(target: IssuedTarget, actual: Decimal | None) -> county.UnitIndicator:
    return county.UnitIndicator(target.id, target.weight, target.target, actual, target.direction)


def _same(known: Event, new: Event, but: str) -> bool:
    return known.model_dump(exclude={but}) == new.model_dump(exclude={but})
