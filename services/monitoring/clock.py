"""What falls due in monitoring: a month is closed the day after its reports were due; an unanswered correction is overdue after its day."""

from __future__ import annotations

from datetime import date
from functools import partial

from backbone.record.events import Connection
from backbone.record.transact import Transact
from services.monitoring import views
from services.monitoring.handlers import due as handlers
from services.monitoring.handlers.judging import rules_on


def due(transact: Transact, day: date) -> int:
    """Close what is to be closed and notice what is overdue, each project in a transaction of its own; how many there were."""
    with transact.connect() as conn:
        closing, overdue = _waiting(conn, day)
    for year, project in closing:
        transact(partial(handlers.close_months, project=project, year=year))
    for year, project, order in overdue:
        transact(partial(handlers.mark_overdue, project=project, year=year, order=order))
    return len(closing) + len(overdue)


def _waiting(conn: Connection, day: date) -> tuple[list[tuple[int, str]], list[tuple[int, str, int]]]:
    return views.to_close(conn, day, rules_on(day).report_due_day), views.overdue(conn, day)
