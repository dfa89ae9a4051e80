"""What people ask of monitoring: report, vouch, dismiss, order, answer, accept, urge, suspend, stop, resume. Each is permitted by
the authority table (contracts.authority); the place is the organisation whose project it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from backbone.record.transaction import Outcome, Transaction
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.monitoring import Measure
from services.monitoring.domain.corrections import (
    AcceptCorrection,
    AnswerCorrection,
    OrderCorrection,
    ReturnCorrection,
)
from services.monitoring.domain.decider import Command
from services.monitoring.domain.deviations import DismissDeviation, ExplainDeviation
from services.monitoring.domain.orders import ResumeProject, StopProject, SuspendProject, UrgeAdjustment
from services.monitoring.domain.project import Project
from services.monitoring.domain.refusals import GoalNotApproved
from services.monitoring.domain.reports import ReportProgress, VouchReport
from services.monitoring.handlers.judging import Story, figures_now, rules_on
from services.monitoring.handlers.marks import mark_project


def report_progress(tx: Transaction, command: ReportProgress) -> Outcome | Refusal:
    """Take a month's report and judge what it changes, in one transaction."""
    return _commanded(tx, "report-progress", command.project, command.year, lambda _: command, judges=True)


def dismiss_deviation(tx: Transaction, command: DismissDeviation) -> Outcome | Refusal:
    """Dismiss a deviation with a reason."""
    return _commanded(tx, "dismiss-deviation", command.project, command.year, lambda _: command)


def explain_deviation(tx: Transaction, command: ExplainDeviation) -> Outcome | Refusal:
    """Take notice of a deviation and say what it comes from."""
    return _commanded(tx, "explain-deviation", command.project, command.year, lambda _: command)


def vouch_report(tx: Transaction, command: VouchReport) -> Outcome | Refusal:
    """Vouch for a report, or dispute it, and judge what that changes, in one transaction."""
    return _commanded(tx, "vouch-progress", command.project, command.year, lambda _: command, judges=True)


def order_correction(tx: Transaction, command: OrderCorrection) -> Outcome | Refusal:
    """Order a correction by a day."""
    return _commanded(tx, "order-correction", command.project, command.year, lambda _: command)


def answer_correction(tx: Transaction, command: AnswerCorrection) -> Outcome | Refusal:
    """Answer an order."""
    return _commanded(tx, "answer-correction", command.project, command.year, lambda _: command)


def accept_correction(tx: Transaction, command: AcceptCorrection) -> Outcome | Refusal:
    """Accept the answer to an order."""
    return _commanded(tx, "accept-correction", command.project, command.year, lambda _: command)


def return_correction(
    tx: Transaction, project: str, year: int, order: int, until: date | None, reason: str, document: str | None = None
) -> Outcome | Refusal:
    """Send the answer to an order back, by a new day."""
    command = ReturnCorrection(project, year, order, until, reason, rules_on(tx.context.day), document)
    return _commanded(tx, "return-correction", project, year, lambda _: command)


def urge_adjustment(tx: Transaction, command: UrgeAdjustment) -> Outcome | Refusal:
    """Urge the unit to apply for an adjustment."""
    return _commanded(tx, "urge-adjustment", command.project, command.year, lambda _: command)


def suspend_project(
    tx: Transaction, project: str, year: int, measures: tuple[Measure, ...], reason: str
) -> Outcome | Refusal:
    """Suspend a project; what it has not spent is read from the ledger."""

    def command(state: Project) -> SuspendProject:
        return SuspendProject(project, year, measures, reason, paid=figures_now(tx.conn, project, year, state))

    return _commanded(tx, "order-suspension", project, year, command)


def stop_project(
    tx: Transaction, project: str, year: int, measures: tuple[Measure, ...], reason: str
) -> Outcome | Refusal:
    """Stop a project; what it has not spent, by the ledger, is freed."""

    def command(state: Project) -> StopProject:
        return StopProject(project, year, measures, reason, paid=figures_now(tx.conn, project, year, state))

    return _commanded(tx, "order-stop", project, year, command)


def resume_project(tx: Transaction, command: ResumeProject) -> Outcome | Refusal:
    """Let a suspended project go on."""
    return _commanded(tx, "order-resumption", command.project, command.year, lambda _: command)


def _commanded(
    tx: Transaction,
    action: str,
    project: str,
    year: int,
    command: Callable[[Project], Command],
    *,
    judges: bool = False,
) -> Outcome | Refusal:
    """Permit, load, decide, append. `judges`: what is decided is of a report, and its month is judged anew."""
    story = Story.load(tx, project, year)
    if story.state.goal is None:
        return permit(tx.context.actor, action, tx.context.actor.org) or GoalNotApproved(project, year)
    refusal = permit(tx.context.actor, action, story.state.unit) or story.decide(command(story.state))
    if refusal is not None:
        return refusal
    if judges and story.decided:
        period: str = story.decided[0].period  # type: ignore[attr-defined]
        mark_project(tx.conn, project, period)
        story.judge(period)
    return story.append()
