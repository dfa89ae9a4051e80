"""Pages of progress reports: what of a month is due and overdue, a report's form, the data-collecting unit's word, a workbook."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backbone.record.clock import confirmed_day
from backbone.record.events import Connection
from backbone.tables.forms import MEDIA_TYPE, NotTheForm
from backbone.web.asking import Ask, Asking
from backbone.web.forms import new_key, same_origin
from backbone.web.languages import language_of
from backbone.web.problems import BadRequest, Problem, Refused, problem
from contracts.authority import permit
from contracts.decision import Refusal
from contracts.kinds import Code, Period, Year, period_of
from services.monitoring import views
from services.monitoring.domain.filled import EVIDENCE, Wrong, report_of, texts_of
from services.monitoring.domain.refusals import PeriodOutsideYear, ProjectUnknown, ReportsRefused
from services.monitoring.domain.reports import ReportProgress, VouchReport
from services.monitoring.domain.seeing import bound_to, see
from services.monitoring.handlers import commands, workbook
from services.monitoring.handlers.judging import rules_on
from services.monitoring.pages import PAGES
from services.monitoring.pages.telling import Telling
from services.monitoring.views import reports

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
PAGE = 100
Said = Annotated[str, Form(max_length=4000)]
Key = Annotated[str, Form(max_length=200)]
After = Annotated[str, Query(max_length=100)]


async def _fields(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_fields)]


@router.get("/{year:int}/reports")
def listed(
    ask: Ask, request: Request, year: Year, period: Period | None = None, waiting: bool = False, after: After = ""
) -> Response:
    """What of a month has come, is due, is overdue; the months with how many owe a report."""
    return _listed(ask, request, year, period, waiting=waiting, after=after)


@router.get("/{year:int}/report-workbook")
def template(ask: Ask, year: Year, unit: Code, period: Period) -> Response:
    """The workbook of a unit for a month."""
    _of_year(period, year)
    ask.require("read-report", unit)
    made = ask.read(lambda conn: workbook.template(conn, unit, period, PAGES.words))
    return Response(made, 200, workbook.as_download(unit, period), MEDIA_TYPE)


@router.post("/{year:int}/report-workbook")
def take(ask: Ask, request: Request, year: Year, file: Annotated[UploadFile, File()], key: Key) -> Response:
    """Take a workbook whole; where something is wrong it comes back with its cells marked, and nothing is taken."""
    same_origin(request)
    ask.require("report-progress", ask.actor.org)
    sent = file.file.read()
    try:
        filled = ask.read(lambda conn: workbook.filled(conn, sent, PAGES.words))
        if not filled.commands and not filled.wrong:
            raise NotTheForm("blank")
    except NotTheForm as error:
        found = BadRequest(f"workbook-wrong.{error.reason}", 422, sheet=error.sheet)
        return _listed(ask, request, year, None, refused=problem(found, PAGES.words, language_of(request)))
    marks = ()
    if not filled.wrong:
        asked = {"unit": filled.unit, "period": filled.period, "sha256": hashlib.sha256(sent).hexdigest()}
        try:
            ask.command("report-workbook", asked, lambda tx: workbook.take(tx, filled), key=key)
            return RedirectResponse(
                f"/{filled.period[:4]}/reports?period={filled.period}&taken={len(filled.commands)}", 303
            )
        except Refused as error:
            if not isinstance(error.refusal, ReportsRefused):
                raise
            marks = workbook.refused_at(filled, error.refusal, PAGES.words)
    made = workbook.marked(filled, PAGES.words, marks)
    return Response(made, 422, workbook.as_download(filled.unit, filled.period), MEDIA_TYPE)


@router.get("/{year:int}/reports/{period}/{project}")
def form(ask: Ask, request: Request, year: Year, period: Period, project: Code) -> Response:
    """The form of a month's report, with targets, last values and, where the month has a report, what it says."""
    return _form(ask, request, period, project, done=request.query_params.get("done") == "yes")


@router.post("/{year:int}/reports/{period}/{project}")
def report(ask: Ask, request: Request, year: Year, period: Period, project: Code, fields: Fields) -> Response:
    """Take the report, or show the form again with every problem at its field."""
    same_origin(request)
    found = _found(ask, period, project)
    made = report_of(project, period, fields, [each["id"] for each in workbook.monitored(found)])
    if not isinstance(made, ReportProgress):
        return _form(ask, request, period, project, fields=fields, wrong=made)
    asked = {"project": project, "year": year, "period": period, "fields": fields}
    try:
        ask.command(
            "report-progress", asked, lambda tx: commands.report_progress(tx, made), key=fields.get("key") or None
        )
    except Refused as error:
        return _form(ask, request, period, project, fields=fields, refused=_problem(request, error.refusal))
    return RedirectResponse(_address(period, project) + "?done=yes", 303)


@router.post("/{year:int}/reports/{period}/{project}/vouching")
def vouch(
    ask: Ask, request: Request, year: Year, period: Period, project: Code, report: Annotated[int, Form()], key: Key,
    verdict: Said = "", reason: Said = "",
) -> Response:  # fmt: skip
    """The data-collecting unit vouches or disputes."""
    same_origin(request)
    _found(ask, period, project)
    command = VouchReport(
        project, year, report, "vouched" if verdict == "vouched" else "disputed", reason.strip() or None
    )
    asked = {"project": project, "year": year, "report": report, "verdict": verdict, "reason": reason}
    try:
        ask.command("vouch-progress", asked, lambda tx: commands.vouch_report(tx, command), key=key)
    except Refused as error:
        return _form(ask, request, period, project, refused=_problem(request, error.refusal))
    return RedirectResponse(_address(period, project), 303)


def _listed(
    ask: Asking,
    request: Request,
    year: int,
    period: str | None,
    *,
    waiting: bool = False,
    after: str = "",
    refused: Problem | None = None,
) -> Response:
    bound = bound_to(ask.actor, "read-report")
    if isinstance(bound, Refusal):
        raise Refused(bound)
    lang = language_of(request)
    today: date = ask.read(_today)
    rules = rules_on(today)
    months = ask.read(lambda conn: reports.by_month(conn, year, bound, today))
    due = [each["period"] for each in months if each["period"] < period_of(today)]
    period = period or (due[-1] if due else f"{year:04d}-01")
    _of_year(period, year)
    rows = ask.read(lambda conn: reports.of_month(conn, period, bound, after=after, waiting=waiting, limit=PAGE + 1))
    for each in months:
        each["missing"] = each["projects"] - each["reported"] - each["released"]
        each["overdue"] = today > rules.report_due(each["period"])
    return PAGES.render(
        request,
        "reports.html",
        title=say("page.reports.title", lang, period=period),
        as_of=ask.read(views.as_of),
        status=refused.status if refused else 200,
        year=year,
        period=period,
        months=months,
        due=rules.report_due(period),
        overdue=today > rules.report_due(period),
        rows_of_page=rows[:PAGE],
        following=rows[PAGE - 1]["project"] if len(rows) > PAGE else None,
        waiting=waiting,
        refused=refused,
        taken=request.query_params.get("taken", "") if request.query_params.get("taken", "").isdecimal() else "",
        unit=bound or "",
        may_report=permit(ask.actor, "report-progress", ask.actor.org) is None,
        key=new_key(),
        quote=_quoted,
    )


def _form(
    ask: Asking,
    request: Request,
    period: str,
    project: str,
    *,
    fields: Mapping[str, str] | None = None,
    wrong: Sequence[Wrong] = (),
    refused: Problem | None = None,
    done: bool = False,
) -> Response:
    found = _found(ask, period, project)
    lang = language_of(request)
    texts = (
        fields
        if fields is not None
        else texts_of(found["indicator_values"] or {}, found["said"])
        if found["said"]
        else {}
    )
    response = PAGES.render(
        request,
        "report.html",
        title=say("page.report.title", lang, name=found["name"], period=period),
        as_of=ask.read(views.as_of),
        status=422 if wrong else refused.status if refused else 200,
        year=int(period[:4]),
        period=period,
        found=found,
        indicators=workbook.monitored(found),
        due=rules_on(ask.read(_today)).report_due(period),
        texts=texts,
        wrong={each.field: say(f"wrong.{each.key}", lang, given=each.given) for each in reversed(wrong)},
        refused=refused,
        done=done,
        may_report=permit(ask.actor, "report-progress", found["unit"]) is None,
        may_vouch=found["report"] is not None and permit(ask.actor, "vouch-progress", found["unit"]) is None,
        evidence=range(1, EVIDENCE + 1),
        choices=workbook.CHOICES,
        key=new_key(),
        telling=Telling(PAGES.words, lang),
        address=_address(period, project),
        quote=_quoted,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _found(ask: Asking, period: str, project: str) -> Any:
    found = ask.read(lambda conn: reports.of_project(conn, period, project))
    refusal = see(ask.actor, "read-report", found and found["unit"], ProjectUnknown(project, int(period[:4])))
    if refusal is not None:
        raise Refused(refusal)
    return found


def _today(conn: Connection) -> date:
    """The business day: the last confirmed, else that of the last event."""
    day = confirmed_day(conn) or views.as_of(conn)
    if day is None:
        raise BadRequest("workbook-wrong.no-day", 409, sheet="")
    return day


def _of_year(period: str, year: int) -> None:
    if period[:4] != f"{year:04d}":
        raise Refused(PeriodOutsideYear(period, year))


def _problem(request: Request, refusal: Refusal) -> Problem:
    return problem(refusal, PAGES.words, language_of(request))


def _address(period: str, project: str) -> str:
    return f"/{period[:4]}/reports/{period}/{_quoted(project)}"


def _quoted(text: str) -> str:
    return quote(text, safe="")
