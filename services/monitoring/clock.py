"""What falls due in monitoring: a month is closed the day after its reports were due; an unanswered correction is overdue
after its day; an urging, a suspension and a stop have days of their own; a unit whose part in a round is due is chased, and an
overdue report on working days. Each is seen to once, however often the day is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import psycopg

from backbone.process.logs import log
from backbone.record.clock import confirmed_day
from backbone.record.events import Connection
from backbone.record.transact import Transact
from backbone.record.transaction import Transaction, VersionConflict
from contracts.kinds import period_of, periods_of
from services.monitoring import views
from services.monitoring.handlers import due as handlers
from services.monitoring.handlers import rounds
from services.monitoring.handlers.judging import rules_on
from services.monitoring.views import reports
from services.monitoring.views.rounds import to_chase


def due(transact: Transact, day: date) -> int:
    """Close what is to be closed and notice what is overdue, each project in a transaction of its own; how many there were.
    Reminders of reports are sent besides, and not counted."""
    with transact.connect() as conn:
        before = confirmed_day(conn)
        closing, overdue = _waiting(conn, day)
        chased = list(_to_chase(conn, day))
    if before is None or period_of(before) < period_of(day):
        transact(partial(handlers.mark_begun, period=period_of(day)))
    for year, project in closing:
        _alone(transact, partial(handlers.close_months, project=project, year=year), project)
    for year, project, order in overdue:
        _alone(transact, partial(handlers.mark_overdue, project=project, year=year, order=order), project)
    for period, due_day, working_day, project in chased:
        told = {"period": period, "due": due_day, "working_day": working_day}
        _alone(transact, partial(handlers.chase_report, project=project, **told), project)
    with transact.connect() as conn:
        passed = views.passed(conn, day)
    for year, project, of in passed:
        _alone(transact, partial(handlers.mark_passed, project=project, year=year, of=of), project)
    return len(closing) + len(overdue) + len(passed) + _rounds(transact, day)


def _rounds(transact: Transact, day: date) -> int:
    """Figures of rounds that a breakdown left, and units to be chased."""
    taken = rounds.take_waiting(transact)
    with transact.connect() as conn:
        chasing = to_chase(conn, day)
    for place in chasing:
        _alone(transact, partial(rounds.chase_part, place=place), place.project)
    return taken + len(chasing)


def _alone(transact: Transact, work: Callable[[Transaction], object], project: str) -> None:
    """One project's due work; a defect of ours in it is said in the log, and no other project waits for it."""
    try:
        transact(work)
    except (psycopg.Error, VersionConflict):
        raise
    except Exception:
        log.exception("a project's deadline could not be seen to", project=project)


def _waiting(conn: Connection, day: date) -> tuple[list[tuple[int, str]], list[tuple[int, str, int]]]:
    return views.to_close(conn, day, rules_on(day).report_due_day), views.overdue(conn, day)


def _to_chase(conn: Connection, day: date) -> Iterator[tuple[str, date, int, str]]:
    """Month, due day, working day reached and project of every reminder to be sent. Nobody is chased by working days that are not known:
    that is said in the log, and the report stays overdue on the page."""
    rules, chasing = rules_on(day), handlers.chasing_on(day)
    for year in views.years(conn):
        for period in periods_of(year):
            due = rules.report_due(period)
            try:
                working_day = chasing.reached(due, day)
            except LookupError as error:
                log.warning("overdue reports not chased", period=period, reason=str(error))
                continue
            if working_day is not None:
                for project in reports.to_chase(conn, period, working_day):
                    yield period, due, working_day, project
