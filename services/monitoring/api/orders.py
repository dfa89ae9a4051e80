"""What people ask of monitoring: reports, dismissals, corrections, urging, suspension, stop, resumption."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from backbone.record.transaction import Outcome, Transaction
from backbone.web.asking import Ask
from contracts.decision import Refusal
from contracts.kinds import Code, Year
from contracts.monitoring import Measure
from services.monitoring.api import bodies
from services.monitoring.domain.corrections import AcceptCorrection, AnswerCorrection, OrderCorrection
from services.monitoring.domain.deviations import DismissDeviation, ExplainDeviation
from services.monitoring.domain.orders import ResumeProject, UrgeAdjustment
from services.monitoring.domain.reports import ReportProgress
from services.monitoring.handlers import commands

router = APIRouter(prefix="/api/projects/{year}/{project}", tags=["orders"])


@router.post("/reports")
def report(ask: Ask, year: Year, project: Code, body: bodies.ReportBody) -> Response:
    """Report a month; a later report corrects the earlier."""
    said = {name: getattr(body, name) for name in ("expected", "serious_problem", "implementation", "evidence")}
    told = {"details": body.details, "evidence_files": body.evidence_files}
    command = ReportProgress(project, year, body.period, body.values, **said, **told)
    return ask.command(
        "report-progress",
        _asked(year, project, body),
        lambda tx: commands.report_progress(tx, command),
        extra=lambda outcome: _number(outcome, "report"),
    )


@router.post("/dismissals")
def dismiss(ask: Ask, year: Year, project: Code, body: bodies.DismissalBody) -> Response:
    """Dismiss an open deviation with a reason."""
    command = DismissDeviation(project, year, body.deviation, body.reason, body.document)
    return ask.command(
        "dismiss-deviation", _asked(year, project, body), lambda tx: commands.dismiss_deviation(tx, command)
    )


@router.post("/explanations")
def explain(ask: Ask, year: Year, project: Code, body: bodies.ExplanationBody) -> Response:
    """Take notice of an open deviation and say what it comes from."""
    command = ExplainDeviation(project, year, body.deviation, body.text, body.evidence)
    return ask.command(
        "explain-deviation", _asked(year, project, body), lambda tx: commands.explain_deviation(tx, command)
    )


@router.post("/corrections")
def order_correction(ask: Ask, year: Year, project: Code, body: bodies.CorrectionBody) -> Response:
    """Order the correction of open deviations by a day."""

    def work(tx: Transaction) -> Outcome | Refusal:
        measure = body.measure.due(tx.context.day)
        if isinstance(measure, Refusal):
            return measure
        return commands.order_correction(tx, OrderCorrection(project, year, body.deviations, measure, body.reason))

    return ask.command(
        "order-correction",
        _asked(year, project, body),
        work,
        extra=lambda outcome: _number(outcome, "order"),
    )


@router.post("/corrections/{order}/answer")
def answer_correction(ask: Ask, year: Year, project: Code, order: int, body: bodies.AnswerBody) -> Response:
    """Answer an order; again, until it is accepted."""
    command = AnswerCorrection(project, year, order, body.text, body.evidence)
    return ask.command(
        "answer-correction",
        {**_asked(year, project, body), "order": order},
        lambda tx: commands.answer_correction(tx, command),
    )


@router.post("/corrections/{order}/acceptance")
def accept_correction(ask: Ask, year: Year, project: Code, order: int, body: bodies.ReasonBody) -> Response:
    """Accept the answer to an order."""
    command = AcceptCorrection(project, year, order, body.reason)
    return ask.command(
        "accept-correction",
        {**_asked(year, project, body), "order": order},
        lambda tx: commands.accept_correction(tx, command),
    )


@router.post("/corrections/{order}/return")
def return_correction(ask: Ask, year: Year, project: Code, order: int, body: bodies.ReturnBody) -> Response:
    """Send the answer to an order back, with a reason and a new day."""

    def work(tx: Transaction) -> Outcome | Refusal:
        until = bodies.due(body.until, body.working_days, tx.context.day)
        if isinstance(until, Refusal):
            return until
        return commands.return_correction(tx, project, year, order, until, body.reason, body.document)

    return ask.command("return-correction", {**_asked(year, project, body), "order": order}, work)


@router.post("/urging")
def urge(ask: Ask, year: Year, project: Code, body: bodies.UrgingBody) -> Response:
    """Urge the unit to apply for an adjustment."""

    def work(tx: Transaction) -> Outcome | Refusal:
        until = bodies.due(body.until, body.working_days, tx.context.day)
        if isinstance(until, Refusal):
            return until
        return commands.urge_adjustment(
            tx, UrgeAdjustment(project, year, body.cause, body.reason, body.document, until)
        )

    return ask.command("urge-adjustment", _asked(year, project, body), work)


@router.post("/suspension")
def suspend(ask: Ask, year: Year, project: Code, body: bodies.OrderBody) -> Response:
    """Suspend a project."""

    def work(tx: Transaction) -> Outcome | Refusal:
        measures = _measures(body, tx)
        if isinstance(measures, Refusal):
            return measures
        return commands.suspend_project(tx, project, year, measures, body.reason)

    return ask.command("order-suspension", _asked(year, project, body), work)


@router.post("/stop")
def stop(ask: Ask, year: Year, project: Code, body: bodies.OrderBody) -> Response:
    """Stop a project; what it has not spent is freed."""

    def work(tx: Transaction) -> Outcome | Refusal:
        measures = _measures(body, tx)
        if isinstance(measures, Refusal):
            return measures
        return commands.stop_project(tx, project, year, measures, body.reason)

    return ask.command("order-stop", _asked(year, project, body), work)


@router.post("/resumption")
def resume(ask: Ask, year: Year, project: Code, body: bodies.ResumptionBody) -> Response:
    """Let a suspended project go on."""
    command = ResumeProject(project, year, body.reason, body.document)
    return ask.command("order-resumption", _asked(year, project, body), lambda tx: commands.resume_project(tx, command))


def _measures(body: bodies.OrderBody, tx: Transaction) -> tuple[Measure, ...] | Refusal:
    measures: list[Measure] = []
    for each in body.measures:
        measure = each.due(tx.context.day)
        if isinstance(measure, Refusal):
            return measure
        measures.append(measure)
    return tuple(measures)


def _asked(year: int, project: str, body: BaseModel) -> dict[str, Any]:
    return {"project": project, "year": year, **body.model_dump(mode="json")}


def _number(outcome: Outcome, name: str) -> dict[str, Any]:
    """The number of the report or order made; nothing where it had been made already."""
    return {name: getattr(outcome.events[0].event, name)} if outcome.events else {}
