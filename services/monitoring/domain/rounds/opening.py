"""A round opens over January to a month for the projects in scope, and closes when all of it is decided: its own stream."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from contracts.decision import Context, Refusal
from contracts.event import Event
from contracts.kinds import last_day
from contracts.workdays import add_working_days
from services.monitoring.domain.refusals import (
    DeadlineNotAhead,
    RoundAlreadyOpen,
    RoundEmpty,
    RoundPeriodNotOver,
    RoundPeriodWrong,
    RoundUndecided,
    RoundUnknown,
    WorkingDaysUnknown,
)
from services.monitoring.domain.rounds.events import RoundClosed, RoundKind, RoundOpened, round_stream
from services.monitoring.domain.rounds.policy import MidTermPolicy


@dataclass(frozen=True, slots=True)
class OpenRound:
    """Open a round over January to the month `through`. `due` None: so many working days from now as the policy says."""

    round: str
    kind: RoundKind
    through: str
    projects: tuple[str, ...]
    due: date | None
    document: str
    rules: str
    policy: MidTermPolicy

    @property
    def stream(self) -> str:
        return round_stream(self.round)


@dataclass(frozen=True, slots=True)
class CloseRound:
    """Close a round; `undecided` is how many of its parts nobody has decided on."""

    round: str
    document: str
    undecided: int

    @property
    def stream(self) -> str:
        return round_stream(self.round)


Command = OpenRound | CloseRound


@dataclass(frozen=True, slots=True)
class Round:
    """A round as its stream tells it."""

    opened: RoundOpened | None = None
    closed: RoundClosed | None = None


INITIAL = Round()


def evolve(state: Round, event: Event) -> Round:
    """The state after one more event."""
    match event:
        case RoundOpened():
            return Round(event)
        case RoundClosed():
            return replace(state, closed=event)
        case _:
            return state


def decide(command: Command, state: Round, context: Context) -> tuple[Event, ...] | Refusal:
    """What happens, or why it does not. The same command again yields no event."""
    match command:
        case OpenRound():
            return open_round(command, state, context)
        case CloseRound():
            return close_round(command, state, context)


def open_round(command: OpenRound, state: Round, context: Context) -> tuple[RoundOpened, ...] | Refusal:
    """The August round is over January–July (财预〔2019〕136号); any other period is a mid-term review. Once a month."""
    before = state.opened
    if before is not None:
        same = (before.kind, before.through, before.document) == (command.kind, command.through, command.document)
        return () if same else RoundAlreadyOpen(command.round, before.opened_on)
    if not _fits(command):
        return RoundPeriodWrong(command.round, command.kind, command.through)
    if last_day(command.through) >= context.day:
        return RoundPeriodNotOver(command.through, context.day)
    if not command.projects:
        return RoundEmpty(command.round)
    due = command.due or working_days_after(context.day, command.policy.fill_working_days)
    if isinstance(due, Refusal):
        return due
    if due <= context.day:
        return DeadlineNotAhead(due, context.day)
    return (
        RoundOpened(
            round=command.round,
            year=int(command.round[:4]),
            kind=command.kind,
            through=command.through,
            rules=command.rules,
            policy=command.policy.reference,
            projects=command.projects,
            due=due,
            document=command.document,
            opened_by=str(context.actor),
            opened_on=context.day,
        ),
    )


def close_round(command: CloseRound, state: Round, context: Context) -> tuple[RoundClosed, ...] | Refusal:
    """Nothing is left undecided in a round that is closed."""
    if state.opened is None:
        return RoundUnknown(command.round)
    if state.closed is not None:
        return ()
    if command.undecided > 0:
        return RoundUndecided(command.round, command.undecided)
    return (
        RoundClosed(
            round=state.opened.round,
            year=state.opened.year,
            document=command.document,
            closed_by=str(context.actor),
            closed_on=context.day,
        ),
    )


def working_days_after(day: date, count: int) -> date | Refusal:
    """The `count`-th working day after `day`; a refusal where the calendar of its year is not known."""
    try:
        return add_working_days(day, count)
    except LookupError:
        return WorkingDaysUnknown(count, day)


def _fits(command: OpenRound) -> bool:
    """A period of the round's own year, before the round's month; the August round is over January–July and no other."""
    if command.through[:4] != command.round[:4] or command.through >= command.round:
        return False
    return command.kind != "august" or (command.round[5:], command.through[5:]) == ("08", "07")
