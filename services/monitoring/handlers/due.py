"""What the clock brings: months closed after their reports were due, corrections and other orders whose deadline passed, overdue
reports chased. Each once.
"""

from __future__ import annotations

from datetime import date

from backbone.process.dated import in_force, load_all
from backbone.record.transaction import Outcome, Transaction
from contracts.decision import Refusal
from services.monitoring.domain.chasing import ChaseReport, Chasing
from services.monitoring.domain.corrections import MarkOverdue
from services.monitoring.domain.deadlines import MarkPassed, Of
from services.monitoring.domain.months import months_to_close
from services.monitoring.handlers import marks
from services.monitoring.handlers.judging import Story, rules_on


def mark_begun(tx: Transaction, period: str) -> None:
    """A month began: vouchers dated in it that came before are to be judged now."""
    marks.mark_begun(tx.conn, period)


def close_months(tx: Transaction, project: str, year: int) -> Outcome:
    """Close every month of a project that is due; none where another has done it meanwhile."""
    story = Story.load(tx, project, year)
    months = months_to_close(story.state, year, tx.context.day, rules_on(tx.context.day))
    if months:
        marks.mark_project(tx.conn, project, months[0])
        story.close(months)
    return story.append()


def mark_overdue(tx: Transaction, project: str, year: int, order: int) -> Outcome | Refusal:
    """Notice a deadline that passed unanswered."""
    story = Story.load(tx, project, year)
    return story.decide(MarkOverdue(project, year, order, rules_on(tx.context.day))) or story.append()


def mark_passed(tx: Transaction, project: str, year: int, of: Of) -> Outcome | Refusal:
    """Notice that the deadline of an urging, a suspension or a stop has passed."""
    story = Story.load(tx, project, year)
    return story.decide(MarkPassed(project, year, of)) or story.append()


def chasing_on(day: date) -> Chasing:
    """The days on which overdue reports are chased, as in force on a day."""
    return in_force(load_all("services.monitoring.rules.chasing", Chasing), "report-chasing-1", day)


def chase_report(tx: Transaction, project: str, period: str, due: date, working_day: int) -> Outcome | Refusal:
    """Remind a unit of a report, unless it has come or the reminder was sent meanwhile."""
    story = Story.load(tx, project, int(period[:4]))
    return story.decide(ChaseReport(project, int(period[:4]), period, due, working_day)) or story.append()
