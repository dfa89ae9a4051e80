"""Applications that wait for the decision of finance, those that rounds of monitoring proposed among them; decided from the page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from backbone.web.asking import Ask
from backbone.web.forms import new_key, same_origin
from backbone.web.languages import language_of
from backbone.web.problems import Problem, Refused, problem
from contracts.authority import permit
from contracts.kinds import Code, Year
from services.goals import handlers, views
from services.goals.domain.adjustment import ApproveAdjustment, RejectAdjustment
from services.goals.pages import PAGES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Key = Annotated[str, Form(max_length=100)]
Said = Annotated[str, Form(max_length=4000)]


@router.get("/adjustments")
def undecided(ask: Ask, request: Request) -> Response:
    """What waits, the oldest first; who may decide has a form beside each."""
    return _shown(ask, request)


@router.post("/adjustments/{year}/{project}/{adjustment}/approval")
def approve(
    ask: Ask, request: Request, year: Year, project: Code, adjustment: int, key: Key, document: Said = ""
) -> Response:
    """Approve an application on a document."""
    command = ApproveAdjustment(project, year, adjustment=adjustment, document=document.strip())
    return _decide(ask, request, command, key, {"document": command.document})


@router.post("/adjustments/{year}/{project}/{adjustment}/rejection")
def reject(
    ask: Ask, request: Request, year: Year, project: Code, adjustment: int, key: Key, reason: Said = ""
) -> Response:
    """Reject an application with a reason."""
    command = RejectAdjustment(project, year, adjustment=adjustment, reason=reason.strip())
    return _decide(ask, request, command, key, {"reason": command.reason})


def _decide(
    ask: Ask, request: Request, command: ApproveAdjustment | RejectAdjustment, key: str, said: dict[str, str]
) -> Response:
    same_origin(request)
    name = "approve-adjustment" if isinstance(command, ApproveAdjustment) else "reject-adjustment"
    asked = {"project": command.project, "year": command.year, "adjustment": command.adjustment, **said}
    try:
        ask.command(name, asked, lambda tx: handlers.decide_adjustment(tx, command), key=key)
    except Refused as error:
        return _shown(ask, request, refused=problem(error.refusal, PAGES.words, language_of(request)))
    return _shown(ask, request, done=command)


def _shown(
    ask: Ask,
    request: Request,
    *,
    done: ApproveAdjustment | RejectAdjustment | None = None,
    refused: Problem | None = None,
) -> Response:
    actor = ask.require("read-project", ask.actor.org)
    org = views.reach(actor)
    response = PAGES.render(
        request,
        "adjustments.html",
        title=PAGES.words.say("page.adjustments.title", language_of(request)),
        as_of=ask.read(ask.transact.clock.day),
        status=refused.status if refused else 200,
        rows=ask.read(lambda conn: views.undecided(conn, org)),
        may_decide=permit(actor, "decide-adjustment", "") is None,
        key=new_key(),
        done=done,
        refused=refused,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
