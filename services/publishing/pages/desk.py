"""Pages for officials: sign in by trading a token for a session cookie, see what is held, approve several results at once.

A form that changes something must come from this site: the cookie is SameSite=Strict, and the Origin is compared besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backbone.identity import COOKIE, NotAuthenticated
from backbone.web.asking import Ask
from backbone.web.forms import new_key, same_origin
from backbone.web.languages import language_of
from backbone.web.layout import organisations_of
from backbone.web.problems import BadRequest, Problem, Refused, problem
from contracts.authority import permit
from services.publishing import handlers, views
from services.publishing.pages import PAGES
from services.publishing.pages.telling import Telling

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say

MOST_AT_ONCE = 1000
Token = Annotated[str, Form(max_length=4000)]
Text = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class Chosen:
    """A ticked result: `YEAR/EVALUATION/PROJECT`, the evaluation that the official looked at."""

    year: int
    evaluation: str
    project: str

    @classmethod
    def of(cls, value: str) -> Chosen:
        """ValueError where the value is not one of ours."""
        year, evaluation, project = value.split("/", 2)
        return cls(int(year), str(UUID(evaluation)), project)


@router.get("/sign-in")
def sign_in_form(ask: Ask, request: Request) -> Response:
    """Where a token is traded for a session."""
    return _sign_in(ask, request)


@router.post("/sign-in")
def sign_in(ask: Ask, request: Request, token: Token = "") -> Response:
    """Keep the token in a cookie out of reach of scripts; a token that does not count is said so."""
    same_origin(request)
    try:
        actor = ask.identity.actor(token.strip())
    except NotAuthenticated as error:
        found = problem(BadRequest(f"identity.{error.reason}", 401), PAGES.words, language_of(request))
        return _sign_in(ask, request, found)
    response = RedirectResponse("/held" if handlers.may_read_held(actor) else "/", 303)
    response.set_cookie(
        COOKIE, token.strip(), httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/"
    )
    return response


@router.get("/sign-out")
def sign_out_form(request: Request) -> Response:
    """Asks first: a link alone changes nothing."""
    return PAGES.render(request, "sign_out.html", title=say("page.sign_out.title", language_of(request)), as_of=None)


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Forget the session."""
    same_origin(request)
    response = RedirectResponse("/", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", path="/")
    return response


@router.get("/held")
def held(ask: Ask, request: Request) -> Response:
    """What waits for an approval."""
    ask.require("read-held", handlers.COUNTY)
    return _held(ask, request, [], [])


@router.post("/held")
def approve(
    ask: Ask, request: Request, key: Text, document: Text = "", chosen: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Approve each ticked result by itself: one that is refused does not hold the others up."""
    same_origin(request)
    ask.require("approve-result", handlers.COUNTY)
    done: list[Chosen] = []
    refused: list[tuple[str, Problem]] = []
    for value in (chosen or [])[:MOST_AT_ONCE]:
        try:
            one = Chosen.of(value)
        except ValueError:
            raise BadRequest("problem.400.detail") from None
        try:
            _approve(ask, one, document.strip(), key)
            done.append(one)
        except Refused as error:
            refused.append((one.project, problem(error.refusal, PAGES.words, language_of(request))))
    return _held(ask, request, done, refused, nothing_chosen=not chosen)


def _approve(ask: Ask, one: Chosen, document: str, key: str) -> None:
    asked = {"project": one.project, "year": one.year, "document": document, "evaluation": one.evaluation}
    ask.command(
        "approve-result",
        asked,
        lambda tx: handlers.approve_result(tx, one.project, one.year, document, one.evaluation),
        key=f"{key}/{one.year}/{one.project}",
    )


def _held(
    ask: Ask, request: Request, done: list[Chosen], refused: list[tuple[str, Problem]], nothing_chosen: bool = False
) -> Response:
    rows, as_of = ask.read(lambda conn: (views.held(conn, None), views.as_of(conn)))
    lang = language_of(request)
    response = PAGES.render(
        request,
        "held.html",
        title=say("page.held.title", lang),
        as_of=as_of,
        rows=rows,
        done=done,
        refused=refused,
        nothing_chosen=nothing_chosen,
        may_approve=permit(ask.actor, "approve-result", handlers.COUNTY) is None,
        key=new_key(),
        telling=Telling(PAGES.words, lang, organisations_of(request)),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _sign_in(ask: Ask, request: Request, found: Problem | None = None) -> Response:
    title = say("page.sign_in.title", language_of(request))
    status = found.status if found else 200
    response = PAGES.render(request, "sign_in.html", title=title, as_of=None, status=status, problem=found)
    response.headers["Cache-Control"] = "no-store"
    return response
