"""The doors of a project's forms: an act is done and the project shown with its result, or the form with what was refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from backbone.record.transaction import Outcome, Transaction
from backbone.web.asking import Ask, Asking
from backbone.web.forms import same_origin
from backbone.web.languages import language_of
from backbone.web.problems import BadRequest, Refused, problem
from contracts.decision import NotPermitted, Refusal
from contracts.kinds import Code, Year
from contracts.monitoring import Measure
from services.monitoring import views
from services.monitoring.domain.corrections import AcceptCorrection, AnswerCorrection, OrderCorrection
from services.monitoring.domain.deadlines import deadline
from services.monitoring.domain.deviations import DismissDeviation, ExplainDeviation
from services.monitoring.domain.orders import ResumeProject, UrgeAdjustment
from services.monitoring.domain.refusals import ProjectUnknown
from services.monitoring.domain.seeing import see
from services.monitoring.handlers import commands
from services.monitoring.handlers.judging import rules_on
from services.monitoring.pages import PAGES
from services.monitoring.pages.acts import Act, acts_of, said_of
from services.monitoring.pages.office import quoted
from services.monitoring.pages.telling import Telling

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
Work = Callable[[Transaction], Outcome | Refusal]
PLACES = {
    "DeadlineNotAhead": "until",
    "DeadlineMissing": "until",
    "WorkingDaysUnknown": "working_days",
    "DeviationUnknown": "deviations",
    "DeviationClosed": "deviations",
    "DeviationAlreadyDismissed": "deviations",
}
"""Which field a refusal is about; one of nothing here is of the whole form."""


async def _form(request: Request) -> FormData:
    return await request.form()


@router.post("/{year:int}/projects/{project}/acts/{place}")
def act(
    ask: Ask, request: Request, year: Year, project: Code, place: str, form: Annotated[FormData, Depends(_form)]
) -> Response:
    """Do one act. What the state of the project no longer allows is refused as the API refuses it."""
    same_origin(request)
    found = ask.read(lambda conn: views.project(conn, year, project))
    if (refusal := see(ask.actor, "read-project", found and found["unit"], ProjectUnknown(project, year))) is not None:
        raise Refused(refusal)
    lang = language_of(request)
    known = next((each for each in acts(ask, request, found) if each.place == place), None)
    if known is None:
        raise BadRequest("form.gone", 409)
    said = {name: [str(each) for each in form.getlist(name)] for name in form}
    wrong = {kind: say(f"form.{kind}", lang) for kind in ("text", "day", "number", "choice")}
    asked = known.written(said, say("form.missing", lang), wrong)
    if not asked.refused:
        try:
            work = _work(asked, year, project)
            body = {"project": project, "year": year, **said_of(asked)}
            ask.command(asked.action, body, work, key=f"{_key(form)}/{place}")
        except Refused as error:
            if isinstance(error.refusal, NotPermitted):
                raise
            name = PLACES.get(type(error.refusal).__name__, "")
            at = "deviation" if name == "deviations" and asked.name in ("dismiss", "explain") else name
            asked = asked.refuse(at, problem(error.refusal, PAGES.words, lang).detail)
    if asked.refused:
        return _again(ask, request, found, asked)
    return RedirectResponse(f"/{year}/projects/{quoted(project)}?done={asked.name}#acts", 303)


def acts(ask: Asking, request: Request, found: views.Row) -> list[Act]:
    """The forms that a project's page shows to who reads it."""
    telling = Telling(PAGES.words, language_of(request), found["currency"])
    follow_up = rules_on(ask.read(views.as_of) or found["approved_on"]).follow_up
    return acts_of(found, ask.actor, telling, follow_up)


def done(request: Request) -> str | None:
    """The act that has just been done, by the address; None for what is no act."""
    name = request.query_params.get("done", "")
    return name if PAGES.words.has(f"act.done.{name}") else None


def _again(ask: Asking, request: Request, found: views.Row, asked: Act) -> Response:
    response = PAGES.render(
        request,
        "act.html",
        title=say(f"act.title.{asked.name}", language_of(request)),
        as_of=ask.read(views.as_of),
        status=422,
        found=found,
        year=found["year"],
        act=asked,
        quote=quoted,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _key(form: FormData) -> str:
    key = str(form.get("key", ""))
    if not 8 <= len(key) <= 80:
        raise BadRequest("problem.400.detail")
    return key


def _work(act: Act, year: int, project: str) -> Work:
    """The command that a form asks for."""
    said: dict[str, Any] = {each.name: each.value for each in act.fields}
    order = act.of or 0
    match act.name:
        case "explain":
            explain = ExplainDeviation(project, year, said["deviation"], said["text"], _lines(said["evidence"]))
            return lambda tx: commands.explain_deviation(tx, explain)
        case "dismiss":
            dismiss = DismissDeviation(project, year, said["deviation"], said["reason"], said["document"] or None)
            return lambda tx: commands.dismiss_deviation(tx, dismiss)
        case "answer":
            answer = AnswerCorrection(project, year, order, said["text"], _lines(said["evidence"]))
            return lambda tx: commands.answer_correction(tx, answer)
        case "accept":
            accept = AcceptCorrection(project, year, order, said["reason"])
            return lambda tx: commands.accept_correction(tx, accept)
        case "resume":
            resume = ResumeProject(project, year, said["reason"], said["document"])
            return lambda tx: commands.resume_project(tx, resume)
        case _:
            return lambda tx: _with_deadline(tx, act, said, year, project)


def _with_deadline(tx: Transaction, act: Act, said: dict[str, Any], year: int, project: str) -> Outcome | Refusal:
    """The acts that set a day: it is counted from the business day on which they are done."""
    until = _until(said, tx.context.day)
    if isinstance(until, Refusal):
        return until
    if act.name == "return":
        document = said["document"] or None
        return commands.return_correction(tx, project, year, act.of or 0, until, said["reason"], document)
    if act.name == "urge":
        urge = UrgeAdjustment(project, year, said["cause"], said["reason"], said["document"], until)
        return commands.urge_adjustment(tx, urge)
    measure = Measure(what=said["what"], by=said["by"], until=until, document=said["document"])
    if act.name == "correct":
        return commands.order_correction(
            tx, OrderCorrection(project, year, said["deviations"], measure, said["reason"])
        )
    if act.name == "suspend":
        return commands.suspend_project(tx, project, year, (measure,), said["reason"])
    return commands.stop_project(tx, project, year, (measure,), said["reason"])


def _until(said: dict[str, Any], day: date) -> date | Refusal | None:
    if said["until"]:
        return date.fromisoformat(said["until"])
    return deadline(day, int(said["working_days"])) if said["working_days"] else None


def _lines(text: str) -> tuple[str, ...]:
    """Evidence is written a line each."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())[:50]
