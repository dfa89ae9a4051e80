"""The watch list (重点监控): an official's decision or an evaluation's result moves a project or a unit, and in the same transaction the
projects that the entry covers. Their running months are judged anew by the loop that judges what was touched."""

from __future__ import annotations

from functools import reduce

from backbone.record.transaction import Outcome, Transaction
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.evaluation import EvaluationCompleted
from contracts.kinds import period_of
from contracts.monitoring import PutOnWatchList, WatchKind
from services.monitoring.domain import watch_list
from services.monitoring.domain.watch_list import Command, HearResult, PutOnList, TakeOffList
from services.monitoring.domain.watching import BeginWatch, EndWatch
from services.monitoring.handlers.judging import Story, rules_on
from services.monitoring.handlers.marks import mark_project
from services.monitoring.views import watching
from services.monitoring.views.statements import Row

ACTION = "decide-watch-list"


def put_on_list(tx: Transaction, kind: WatchKind, subject: str, reason: str, document: str) -> Outcome | Refusal:
    """Put a project or a unit on the list by decision."""
    known = watching.covers(tx.conn, kind, subject, 0)
    refusal = permit(tx.context.actor, ACTION, _place(kind, subject, known))
    return refusal or _moved(tx, PutOnList(kind, subject, reason, document, known=bool(known)))


def take_off_list(tx: Transaction, kind: WatchKind, subject: str, reason: str, document: str) -> Outcome | Refusal:
    """Take a project or a unit off the list by decision."""
    known = watching.covers(tx.conn, kind, subject, 0)
    refusal = permit(tx.context.actor, ACTION, _place(kind, subject, known))
    return refusal or _moved(tx, TakeOffList(kind, subject, reason, document))


def result_heard(tx: Transaction, event: EvaluationCompleted, envelope: Envelope) -> None:
    """The result of an evaluation is written down; a low one puts its subject on the list (方案篇三 结果应用 (3))."""
    tx.hear(event.stream(), event, envelope)
    subject = event.project if event.subject_kind == "project" else event.unit
    if subject:
        low = rules_on(tx.context.day).watch_list.low(event.grade, event.consequence)
        moved = (event.year, event.evaluation, event.grade, low, event.scheme)
        _moved(tx, HearResult(event.subject_kind, subject, *moved))


def begin_watching(story: Story) -> None:
    """A project whose goal has just been approved is watched where an entry of the list covers it already."""
    for kind, subject in watching.entries_of(story.tx.conn, story.project, story.state.unit):
        story.decide(BeginWatch(story.project, story.year, "unit" if kind == "unit" else "project", subject))


def _place(kind: WatchKind, subject: str, known: list[Row]) -> str:
    """Whose the entry is: the unit itself, or the unit of the project's latest year."""
    return known[-1]["unit"] if kind == "project" and known else subject


def _moved(tx: Transaction, command: Command) -> Outcome | Refusal:
    """Move an entry, and with it the projects that it covers."""
    stream = f"watch/{command.kind}/{command.subject}"
    past = tx.load(stream)
    version = past[-1].version if past else 0
    state = reduce(watch_list.evolve, (recorded.event for recorded in past), watch_list.NOT_WATCHED)
    events = watch_list.decide(command, state, tx.context)
    if isinstance(events, Refusal):
        return events
    stories = _spread(tx, command, begin=isinstance(events[0], PutOnWatchList)) if events else []
    appended = tx.append(stream, version, events)
    for story in stories:
        story.append()
    return Outcome(stream, version + len(appended), appended)


def _spread(tx: Transaction, command: Command, *, begin: bool) -> list[Story]:
    """The projects of this fiscal year and later ones that an entry comes to, or all that it leaves; each decided, none appended yet."""
    if begin:
        found = watching.covers(tx.conn, command.kind, command.subject, tx.context.day.year)
    else:
        found = watching.covered(tx.conn, command.kind, command.subject)
    if not found:
        return []
    for project in sorted({row["project"] for row in found}):
        mark_project(tx.conn, project, period_of(tx.context.day))
    move = BeginWatch if begin else EndWatch
    stories = [Story.load(tx, row["project"], row["year"]) for row in found]
    for story in stories:
        story.decide(move(story.project, story.year, command.kind, command.subject))
    return stories
