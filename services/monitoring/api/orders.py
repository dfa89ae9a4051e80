"""What people ask of monitoring: reports, dismissals, corrections, urging, suspension, stop, resumption."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from backbone.record.transaction import Outcome
from backbone.web.asking import Ask
from contracts.kinds import Code, Year
from services.monitoring.api import bodies
from services.monitoring.domain.corrections import AcceptCorrection, AnswerCorrection, OrderCorrection
from services.monitoring.domain.deviations import DismissDeviation
from services.monitoring.domain.orders import ResumeProject, UrgeAdjustment
from services.monitoring.domain.reports import ReportProgress
from services.monitoring.handlers import commands

router = APIRouter(prefix="/api/projects/{year}/{project}", tags=["orders"])


@router.post("/reports")
def report(ask: Ask, year: Year, project: Code, body: bodies.ReportBody) -> Response:
    """Report a month; a later report corrects the earlier."""
    said = {name: getattr(body, name) for name in ("expected", "serious_problem", "implementation", "evidence")}
    command = ReportProgress(project, year, body.period, body.values, **said)
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


@router.post("/corrections")
def order_correction(ask: Ask, year: Year, project: Code, body: bodies.CorrectionBody) -> Response:
    """Order the correction of open deviations by a day."""
    command = OrderCorrection(project, year, body.deviations, body.measure.measure(), body.reason)
    return ask.command(
        "order-correction",
        _asked(year, project, body),
        lambda tx: commands.order_correction(tx, command),
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


@router.post("/urging")
def urge(ask: Ask, year: Year, project: Code, body: bodies.UrgingBody) -> Response:
    """Urge the unit to apply for an adjustment."""
    command = UrgeAdjustment(project, year, body.cause, body.reason, body.document)
    return ask.command("urge-adjustment", _asked(year, project, body), lambda tx: commands.urge_adjustment(tx, command))


@router.post("/suspension")
def suspend(ask: Ask, year: Year, project: Code, body: bodies.OrderBody) -> Response:
    """Suspend a project."""
    measures = tuple(each.measure() for each in body.measures)
    return ask.command(
        "order-suspension",
        _asked(year, project, body),
        lambda tx: commands.suspend_project(tx, project, year, measures, body.reason),
    )


@router.post("/stop")
def stop(ask: Ask, year: Year, project: Code, body: bodies.OrderBody) -> Response:
    """Stop a project; what it has not spent is freed."""
    measures = tuple(each.measure() for each in body.measures)
    return ask.command(
        "order-stop",
        _asked(year, project, body),
        lambda tx: commands.stop_project(tx, project, year, measures, body.reason),
    )


@router.post("/resumption")
def resume(ask: Ask, year: Year, project: Code, body: bodies.ResumptionBody) -> Response:
    """Let a suspended project go on."""
    command = ResumeProject(project, year, body.reason, body.document)
    return ask.command("order-resumption", _asked(year, project, body), lambda tx: commands.resume_project(tx, command))


def _asked(year: int, project: str, body: BaseModel) -> dict[str, Any]:
    return {"project": project, "year": year, **body.model_dump(mode="json")}


def _number(outcome: Outcome, name: str) -> dict[str, Any]:
    """The number of the report or order made; nothing where it had been made already."""
    return {name: getattr(outcome.events[0].event, name)} if outcome.events else {}
