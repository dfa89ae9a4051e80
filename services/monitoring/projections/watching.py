"""The watch list (重点监控) becomes rows: its entries, and which of them cover a project."""

from __future__ import annotations

from backbone.record.events import Connection, Recorded
from contracts.monitoring import PutOnWatchList, TakenOffWatchList
from services.monitoring.domain.events import WatchBegan, WatchEnded

_REPLACED = """
update watch set off_cause = %s, taken_by = %s, taken_on = %s, off_reason = %s, off_document = %s, off_event = %s
where kind = %s and subject = %s and taken_on is null
"""
_PUT = """
insert into watch (kind, subject, version, cause, year, grade, reason, document, put_by, put_on, event)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_TAKEN = """
update watch set off_cause = %s, off_grade = %s, off_reason = %s, off_document = %s, taken_by = %s, taken_on = %s, off_event = %s
where kind = %s and subject = %s and taken_on is null
"""
_BEGAN = """
update project set watched_by = array_append(array_remove(watched_by, %(entry)s), %(entry)s)
where year = %(year)s and project = %(project)s
"""
_ENDED = "update project set watched_by = array_remove(watched_by, %(entry)s) where year = %(year)s and project = %(project)s"


def put(conn: Connection, event: PutOnWatchList, recorded: Recorded) -> None:
    """An entry; a decision after an evaluation takes the place of the entry that the evaluation made."""
    entry = (event.kind, event.subject)
    replaced = (event.cause, event.put_by, event.put_on, event.reason, event.document, recorded.id)
    conn.execute(_REPLACED, (*replaced, *entry))
    ground = (event.cause, event.year, event.grade, event.reason, event.document)
    conn.execute(_PUT, (*entry, recorded.version, *ground, event.put_by, event.put_on, recorded.id))


def taken(conn: Connection, event: TakenOffWatchList, recorded: Recorded) -> None:
    """An entry ends."""
    ground = (event.cause, event.grade, event.reason, event.document)
    conn.execute(_TAKEN, (*ground, event.taken_by, event.taken_on, recorded.id, event.kind, event.subject))


def covered(conn: Connection, event: WatchBegan | WatchEnded) -> None:
    """An entry covers a project, or no longer does."""
    place = {"entry": f"{event.kind}/{event.subject}", "year": event.year, "project": event.project}
    conn.execute(_BEGAN if isinstance(event, WatchBegan) else _ENDED, place)
