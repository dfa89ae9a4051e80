"""The watch list (重点监控): projects and units graded low by an evaluation, or put there by an official's decision, are judged by stricter
thresholds and shown first. The subject here is one project or one unit, whatever the year: the fold of its stream `watch/{kind}/{code}`.

An evaluation puts its subject on the list and a later, better one takes it off again; what an official has decided stays until an
official decides otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from contracts.decision import Context, Refusal
from contracts.event import Event
from contracts.monitoring import PutOnWatchList, TakenOffWatchList, WatchCause, WatchKind
from services.monitoring.domain.refusals import AlreadyOnWatchList, NothingToWatch, NotOnWatchList


@dataclass(frozen=True, slots=True)
class Watched:
    """Whether and why a project or a unit is on the list; `off` is what took it off last, `evaluated` the latest evaluation (year and
    number) that moved it."""

    cause: WatchCause | None = None
    ground: tuple[str, str] | None = None
    off: tuple[str, str] | None = None
    evaluated: tuple[int, int] = (0, 0)


NOT_WATCHED = Watched()
"""Nobody has put it on the list yet."""


@dataclass(frozen=True, slots=True)
class PutOnList:
    """Put a project or a unit on the list by decision. `known`: monitoring knows a project that this would cover."""

    kind: WatchKind
    subject: str
    reason: str
    document: str
    known: bool


@dataclass(frozen=True, slots=True)
class TakeOffList:
    """Take a project or a unit off the list by decision."""

    kind: WatchKind
    subject: str
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class HearResult:
    """Hear the result of an evaluation of a year; `low`: the rules say that it puts its subject on the list."""

    kind: WatchKind
    subject: str
    year: int
    evaluation: int
    grade: str
    low: bool
    scheme: str


Command = PutOnList | TakeOffList | HearResult
Moved = PutOnWatchList | TakenOffWatchList


def evolve(state: Watched, event: Event) -> Watched:
    """The state after one more event; an event that says nothing of the list changes nothing."""
    match event:
        case PutOnWatchList(cause="decision"):
            return replace(state, cause="decision", ground=(event.reason or "", event.document), off=None)
        case PutOnWatchList():
            moved = (event.year or 0, event.evaluation or 0)
            return replace(state, cause="evaluation", ground=None, off=None, evaluated=max(state.evaluated, moved))
        case TakenOffWatchList():
            moved = (event.year or 0, event.evaluation or 0)
            off = (event.reason or "", event.document)
            return replace(state, cause=None, ground=None, off=off, evaluated=max(state.evaluated, moved))
        case _:
            return state


def decide(command: Command, state: Watched, context: Context) -> tuple[Moved, ...] | Refusal:
    """What happens to the list, or why it does not. The same command again yields no event."""
    match command:
        case PutOnList():
            return _put(command, state, context)
        case TakeOffList():
            return _take_off(command, state, context)
        case HearResult():
            return _hear(command, state, context)


def _put(command: PutOnList, state: Watched, context: Context) -> tuple[Moved, ...] | Refusal:
    """A decision may follow an evaluation: what was on the list by its result stays there by decision from now on."""
    if state.cause == "decision":
        same = state.ground == (command.reason, command.document)
        return () if same else AlreadyOnWatchList(command.kind, command.subject)
    if not command.known:
        return NothingToWatch(command.kind, command.subject)
    return (
        PutOnWatchList(
            kind=command.kind,
            subject=command.subject,
            cause="decision",
            reason=command.reason,
            document=command.document,
            put_by=str(context.actor),
            put_on=context.day,
        ),
    )


def _take_off(command: TakeOffList, state: Watched, context: Context) -> tuple[Moved, ...] | Refusal:
    if state.cause is None:
        same = state.off == (command.reason, command.document)
        return () if same else NotOnWatchList(command.kind, command.subject)
    return (
        TakenOffWatchList(
            kind=command.kind,
            subject=command.subject,
            cause="decision",
            reason=command.reason,
            document=command.document,
            taken_by=str(context.actor),
            taken_on=context.day,
        ),
    )


def _hear(command: HearResult, state: Watched, context: Context) -> tuple[Moved, ...]:
    """方案篇三 结果应用 (3): 低 → 重点监控. An evaluation that is not later than the last one that moved the subject moves nothing."""
    if (command.year, command.evaluation) <= state.evaluated or state.cause == "decision":
        return ()
    if command.low == (state.cause is not None):
        return ()
    result = {
        "kind": command.kind,
        "subject": command.subject,
        "cause": "evaluation",
        "year": command.year,
        "evaluation": command.evaluation,
        "grade": command.grade,
        "document": command.scheme,
    }
    if command.low:
        return (PutOnWatchList.model_validate({**result, "put_by": str(context.actor), "put_on": context.day}),)
    return (TakenOffWatchList.model_validate({**result, "taken_by": str(context.actor), "taken_on": context.day}),)
