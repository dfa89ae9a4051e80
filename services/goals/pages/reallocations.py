"""Freed money on one page: what each stop freed by unit, what is left of it, forms to propose where it goes and to decide."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backbone.record.transaction import Outcome, Transaction
from backbone.web.asking import Ask, Asking
from backbone.web.forms import new_key, same_origin
from backbone.web.languages import language_of
from backbone.web.problems import Refused, problem
from contracts.authority import permit
from contracts.decision import NotPermitted, Refusal
from contracts.event import project_stream
from contracts.kinds import Code, Year, minor_units
from services.goals import handlers, views
from services.goals.domain.reallocation import ApproveReallocation, RejectReallocation
from services.goals.pages import PAGES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
Said = Annotated[str, Form(max_length=4000)]
Key = Annotated[str, Form(min_length=8, max_length=80)]
EVERYBODY = ""


@router.get("/freed")
def freed(ask: Ask, request: Request, year: Year) -> Response:
    """What was freed, what is left, what is proposed."""
    ask.require("read-project", EVERYBODY)
    return _shown(ask, request, year)


@router.post("/freed/{year}/{project}")
def propose(
    ask: Ask, request: Request, year: Year, project: Code, key: Key, to: Said = "", amount: Said = "", reason: Said = ""
) -> Response:
    """Propose where a project's freed money goes; `amount` in yuan."""
    same_origin(request)
    ask.require("propose-reallocation", EVERYBODY)
    said = {"to": to.strip(), "amount": amount.strip(), "reason": reason.strip()}
    wrong = {name: say("freed.missing", language_of(request)) for name, value in said.items() if not value}
    yuan = _decimal(said["amount"])
    if yuan is None and "amount" not in wrong:
        wrong["amount"] = say("freed.no_amount", language_of(request))
    if wrong or yuan is None:
        return _shown(ask, request, year, project, said, wrong)

    def work(tx: Transaction) -> Outcome | Refusal:
        currency = tx.state(handlers.REALLOCATION, project_stream(project, year)).currency
        return handlers.propose_reallocation(tx, project, year, said["to"], minor_units(yuan, currency), said["reason"])

    return _done(ask, request, year, project, "propose-reallocation", said, work, key)


@router.post("/freed/{year}/{project}/{reallocation}")
def decide(
    ask: Ask,
    request: Request,
    year: Year,
    project: Code,
    reallocation: int,
    key: Key,
    decision: Annotated[Literal["approve", "reject"], Form()],
    ground: Said = "",
) -> Response:
    """Approve a proposal on a document, or reject it with a reason."""
    same_origin(request)
    ask.require("decide-reallocation", EVERYBODY)
    said = {"ground": ground.strip(), "reallocation": reallocation}
    command = (
        ApproveReallocation(project, year, reallocation=reallocation, document=ground.strip())
        if decision == "approve"
        else RejectReallocation(project, year, reallocation=reallocation, reason=ground.strip())
    )

    def work(tx: Transaction) -> Outcome | Refusal:
        return handlers.decide_reallocation(tx, command)

    return _done(ask, request, year, project, f"{decision}-reallocation", said, work, key)


def _done(
    ask: Asking, request: Request, year: int, project: str, name: str, said: dict[str, Any], work: Any, key: str
) -> Response:
    try:
        ask.command(name, {"project": project, "year": year, **said}, work, key=key)
    except Refused as error:
        if isinstance(error.refusal, NotPermitted):
            raise
        sentence = problem(error.refusal, PAGES.words, language_of(request)).detail
        kind = type(error.refusal).__name__
        at = {"CannotReceive": "to", "MoreThanFreed": "amount", "AmountNotPositive": "amount", "CurrenciesDiffer": "to"}
        place = str(said["reallocation"]) if "reallocation" in said else at.get(kind, "reason")
        return _shown(ask, request, year, project, said, {place: sentence})
    return RedirectResponse(f"/freed?year={year}", 303)


def _shown(
    ask: Asking,
    request: Request,
    year: int,
    project: str | None = None,
    said: dict[str, Any] | None = None,
    wrong: dict[str, str] | None = None,
) -> Response:
    rows, proposals, day = ask.read(
        lambda conn: (views.freed(conn, year), views.reallocations(conn, year), ask.transact.clock.day(conn))
    )
    response = PAGES.render(
        request,
        "freed.html",
        title=say("page.freed.title", language_of(request), year=year),
        as_of=day,
        status=422 if wrong else 200,
        year=year,
        rows_of_page=rows,
        proposals=proposals,
        of=project,
        said=said or {},
        wrong=wrong or {},
        may_propose=permit(ask.actor, "propose-reallocation", EVERYBODY) is None,
        may_decide=permit(ask.actor, "decide-reallocation", EVERYBODY) is None,
        new_key=new_key,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _decimal(text: str) -> Decimal | None:
    """A sum in yuan with at most two places; None for anything else."""
    try:
        amount = Decimal(text) if text.isascii() else Decimal("NaN")
    except InvalidOperation:
        return None
    fits = amount.is_finite() and abs(amount) < Decimal(10) ** 13 and amount == round(amount, 2)
    return amount if fits else None
