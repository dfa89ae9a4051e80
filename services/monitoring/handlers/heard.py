"""What other services announced, and what units' systems sent: it is written down as heard, and what vouchers already there imply is
judged at once.
"""

from __future__ import annotations

from backbone.record.transaction import Transaction
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.goals import GoalAdjusted, GoalApproved
from contracts.kinds import period_of
from contracts.reporting import ProgressSubmitted
from services.monitoring.domain.reports import ReportProgress
from services.monitoring.handlers import commands
from services.monitoring.handlers.judging import Story
from services.monitoring.handlers.marks import mark_project
from services.monitoring.handlers.watching import begin_watching


def goal_heard(tx: Transaction, event: GoalApproved | GoalAdjusted, envelope: Envelope) -> None:
    """A goal approved is measured from the year's first month; one adjusted from the month of its adjustment on: what was judged
    before stays as it was judged under the goal of its time."""
    tx.hear(event.stream(), event, envelope)
    december = f"{event.year:04d}-12"
    touched = f"{event.year:04d}-01" if isinstance(event, GoalApproved) else min(period_of(event.adjusted_on), december)
    mark_project(tx.conn, event.project, touched)
    story = Story.load(tx, event.project, event.year)
    begin_watching(story)
    story.judge(touched)
    story.append()


def progress_submitted(tx: Transaction, event: ProgressSubmitted, envelope: Envelope) -> Refusal | None:
    """A unit's system reports: what it sent is written down beside what was decided on it, in the sender's name and by its rights."""
    tx.hear(event.stream(), event, envelope)
    said = {name: getattr(event, name) for name in ("expected", "serious_problem", "implementation", "evidence")}
    told = {"details": event.details, "evidence_files": event.evidence_files}
    command = ReportProgress(event.project, event.year, event.period, event.values, **said, **told)
    result = commands.report_progress(tx, command)
    return result if isinstance(result, Refusal) else None
