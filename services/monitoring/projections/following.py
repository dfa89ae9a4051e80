"""What follows a deviation becomes rows: a dismissal closes it as dealt with, and answers the recommendation that rested on it alone."""

from __future__ import annotations

from backbone.record.events import Connection, Recorded
from services.monitoring.domain.events import DeviationDismissed

_DISMISS = """
update read.deviation set dismissed_on = %s, dismissed_by = %s, dismissal_reason = %s, dismissal_document = %s, dismissal_event = %s
where year = %s and project = %s and deviation = %s
"""
_SET_ASIDE = """
update read.recommendation set outcome = 'dismissed', outcome_on = %s where year = %s and project = %s and outcome is null
"""


def dismissed(conn: Connection, event: DeviationDismissed, recorded: Recorded) -> None:
    """A deviation dismissed with a reason."""
    said = (event.dismissed_on, event.dismissed_by, event.reason, event.document, recorded.id)
    conn.execute(_DISMISS, (*said, event.year, event.project, event.deviation))
    if event.sets_aside != "none":
        conn.execute(_SET_ASIDE, (event.dismissed_on, event.year, event.project))
        conn.execute(
            "update read.project set standing = 'none' where year = %s and project = %s", (event.year, event.project)
        )
