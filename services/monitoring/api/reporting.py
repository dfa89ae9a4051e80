"""Progress reports over HTTP: what of a month is due and has come, a workbook out and in, the data-collecting unit's word."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from backbone.tables.forms import MEDIA_TYPE, NotTheForm
from backbone.web.asking import Ask
from backbone.web.problems import BadRequest, Refused
from backbone.web.words import Words
from contracts.decision import Refusal
from contracts.kinds import Code, Period, Year
from services.monitoring.api import bodies, shapes
from services.monitoring.domain.refusals import ReportsRefused
from services.monitoring.domain.reports import VouchReport
from services.monitoring.domain.seeing import bound_to
from services.monitoring.handlers import commands, workbook
from services.monitoring.views import reports

router = APIRouter(prefix="/api", tags=["reporting"])
After = Annotated[str, Query(max_length=400)]
Limit = Annotated[int, Query(ge=1, le=1000)]


async def _sent(request: Request) -> bytes:
    return await request.body()


Sent = Annotated[bytes, Depends(_sent)]


@router.get("/reports")
def listed(ask: Ask, period: Period, waiting: bool = False, after: After = "", limit: Limit = 100) -> dict[str, Any]:
    """One page of a month: each project with its latest report and its last reminder; `waiting`: only those that owe it."""
    bound = bound_to(ask.actor, "read-report")
    if isinstance(bound, Refusal):
        raise Refused(bound)
    rows = ask.read(lambda conn: reports.of_month(conn, period, bound, after=after, waiting=waiting, limit=limit + 1))
    shown = [{name: part for name, part in row.items() if name != "indicators"} for row in rows[:limit]]
    return {
        "period": period,
        "reports": shapes.plain(shown),
        "next": shown[-1]["project"] if len(rows) > limit else None,
    }


@router.get("/reports/workbook")
def template(ask: Ask, request: Request, unit: Code, period: Period) -> Response:
    """The workbook of a unit's projects for a month, to be filled in."""
    ask.require("read-report", unit)
    words: Words = request.app.state.words
    return _file(ask.read(lambda conn: workbook.template(conn, unit, period, words)), unit, period)


@router.post("/reports/workbook")
def take(ask: Ask, request: Request, sent: Sent) -> Response:
    """Take a workbook filled in, all of it; where something is wrong nothing is taken, and the answer (422) is the workbook with the
    cells marked."""
    words: Words = request.app.state.words
    ask.require("report-progress", ask.actor.org)
    try:
        filled = ask.read(lambda conn: workbook.filled(conn, sent, words))
    except NotTheForm as error:
        raise BadRequest(f"workbook-wrong.{error.reason}", 422, sheet=error.sheet) from None
    if filled.wrong:
        return _file(workbook.marked(filled, words), filled.unit, filled.period, 422)
    if not filled.commands:
        raise BadRequest("workbook-wrong.blank", 422, sheet="")
    asked = {"unit": filled.unit, "period": filled.period, "sha256": hashlib.sha256(sent).hexdigest()}
    try:
        return ask.command(
            "report-workbook",
            asked,
            lambda tx: workbook.take(tx, filled),
            extra=lambda outcome: {"reports": len(filled.commands), "period": filled.period},
        )
    except Refused as error:
        if not isinstance(error.refusal, ReportsRefused):
            raise
        return _file(
            workbook.marked(filled, words, workbook.refused_at(filled, error.refusal, words)),
            filled.unit,
            filled.period,
            422,
        )


@router.post("/projects/{year}/{project}/reports/{report}/vouching")
def vouch(ask: Ask, year: Year, project: Code, report: int, body: bodies.VouchingBody) -> Response:
    """Vouch for a report, or dispute it with the reason."""
    command = VouchReport(project, year, report, body.verdict, body.reason)
    asked = {"project": project, "year": year, "report": report, **body.model_dump(mode="json")}
    return ask.command("vouch-progress", asked, lambda tx: commands.vouch_report(tx, command))


def _file(data: bytes, unit: str, period: str, status: int = 200) -> Response:
    return Response(data, status, workbook.as_download(unit, period), MEDIA_TYPE)
