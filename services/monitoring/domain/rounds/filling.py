"""A unit fills in its part, is chased by working day, and finance returns or passes it; passing brings the system's proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.decision import Context, Refusal
from contracts.workdays import add_working_days
from services.monitoring.domain.refusals import (
    CauseMissing,
    ExpectedPaymentsNegative,
    ExpectedValuesMissing,
    IndicatorUnknown,
    RoundPartNotDue,
    RoundPartNotFilled,
    RoundPartReviewed,
)
from services.monitoring.domain.rounds.events import (
    Cause,
    RoundPartChased,
    RoundPartFilled,
    RoundPartPassed,
    RoundPartReturned,
)
from services.monitoring.domain.rounds.opening import working_days_after
from services.monitoring.domain.rounds.part import InRounds, OfPart, Part
from services.monitoring.domain.rounds.policy import MidTermPolicy
from services.monitoring.domain.rounds.proposing import propose


@dataclass(frozen=True, slots=True)
class FillPart(OfPart):
    """Say why a project deviates and what it will come to by the year's end. `expected_payments` in fen, of the whole year."""

    causes: tuple[Cause, ...]
    expected_values: Mapping[str, Decimal]
    expected_payments: int
    cannot_run: bool = False
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ReturnPart(OfPart):
    """Return a part to its unit, with the reason; it is due again in as many working days as the policy says."""

    reason: str
    policy: MidTermPolicy


@dataclass(frozen=True, slots=True)
class PassPart(OfPart):
    """Pass a part, by the policy that the round was opened under."""

    policy: MidTermPolicy
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChasePart(OfPart):
    """Chase a unit whose part is due and not filled in."""

    policy: MidTermPolicy


def fill_part(command: FillPart, state: InRounds, context: Context) -> tuple[RoundPartFilled, ...] | Refusal:
    """A unit may fill in late, and again until its part is passed (财预〔2019〕136号: 偏差原因, 全年预计完成情况)."""
    part = state.part_of(command)
    if isinstance(part, Refusal):
        return part
    if part.filled is not None and part.lies != "returned" and _same(command, part.filled):
        return ()
    if part.lies in ("passed", "decided"):
        return RoundPartReviewed(command.project, command.round)
    if refusal := _unfit(command, part):
        return refusal
    return (
        RoundPartFilled(
            project=command.project,
            year=command.year,
            round=command.round,
            causes=command.causes,
            expected_values=dict(command.expected_values),
            expected_payments=command.expected_payments,
            cannot_run=command.cannot_run,
            remedy=command.remedy,
            filled_by=str(context.actor),
            filled_on=context.day,
        ),
    )


def return_part(command: ReturnPart, state: InRounds, context: Context) -> tuple[RoundPartReturned, ...] | Refusal:
    """What finance returns is due again; the reasons of all returns stay in the story."""
    part = state.part_of(command)
    if isinstance(part, Refusal):
        return part
    if part.lies == "returned" and part.returned is not None and part.returned.reason == command.reason:
        return ()
    if part.lies != "filled":
        return _unready(command, part)
    due = working_days_after(context.day, command.policy.refill_working_days)
    if isinstance(due, Refusal):
        return due
    return (
        RoundPartReturned(
            project=command.project,
            year=command.year,
            round=command.round,
            reason=command.reason,
            due=due,
            returned_by=str(context.actor),
            returned_on=context.day,
        ),
    )


def pass_part(command: PassPart, state: InRounds, context: Context) -> tuple[RoundPartPassed, ...] | Refusal:
    """With the passing comes the system's proposal; people decide on it afterwards."""
    part = state.part_of(command)
    if isinstance(part, Refusal):
        return part
    if part.lies in ("passed", "decided"):
        return ()
    if part.lies != "filled" or part.filled is None:
        return _unready(command, part)
    proposal = propose(part.taken, part.filled, command.policy)
    return (
        RoundPartPassed(
            project=command.project,
            year=command.year,
            round=command.round,
            note=command.note,
            policy=command.policy.reference,
            proposal=proposal.kind,
            severity=proposal.severity,
            grounds=proposal.grounds,
            budget=proposal.budget,
            expected_execution=proposal.expected_execution,
            expected_attainment=proposal.expected_attainment,
            passed_by=str(context.actor),
            passed_on=context.day,
        ),
    )


def chase_part(command: ChasePart, state: InRounds, context: Context) -> tuple[RoundPartChased, ...] | Refusal:
    """The day after the deadline, and then every few working days until the part is filled in; never twice a day."""
    part = state.part_of(command)
    if isinstance(part, Refusal):
        return part
    if part.lies not in ("waiting", "returned"):
        return ()
    if context.day <= part.due:
        return RoundPartNotDue(command.project, command.round, part.due)
    if not may_be_chased(part, context.day):
        return ()
    return (
        RoundPartChased(
            project=command.project,
            year=command.year,
            round=command.round,
            chase=part.chases + 1,
            due=part.due,
            chased_on=context.day,
            next=_next_chase(context.day, command.policy.chase_every_working_days),
        ),
    )


def may_be_chased(part: Part, day: date) -> bool:
    """Whether the last chase of this deadline lies long enough ago; where no calendar says how long, once is enough."""
    if part.chased_on is None or part.chased_on <= part.due:
        return True
    return part.chased_next is not None and part.chased_next <= day


def _next_chase(day: date, working_days: int) -> date | None:
    try:
        return add_working_days(day, working_days)
    except LookupError:
        return None


def _same(command: FillPart, filled: RoundPartFilled) -> bool:
    return (
        command.causes, dict(command.expected_values), command.expected_payments, command.cannot_run, command.remedy,
    ) == (filled.causes, dict(filled.expected_values), filled.expected_payments, filled.cannot_run, filled.remedy)  # fmt: skip


def _unfit(command: FillPart, part: Part) -> Refusal | None:
    known = {each.id for each in part.taken.indicators}
    if unknown := tuple(sorted(set(command.expected_values) - known)):
        return IndicatorUnknown(command.project, unknown)
    if missing := tuple(sorted(known - set(command.expected_values))):
        return ExpectedValuesMissing(command.project, missing)
    if command.expected_payments < 0:
        return ExpectedPaymentsNegative(command.project)
    if (part.taken.findings or command.cannot_run) and not command.causes:
        return CauseMissing(command.project, command.round)
    return None


def _unready(command: ReturnPart | PassPart, part: Part) -> Refusal:
    """Nothing is to be reviewed before it is filled in, nor after it was passed."""
    if part.lies in ("passed", "decided"):
        return RoundPartReviewed(command.project, command.round)
    return RoundPartNotFilled(command.project, command.round)
