"""What people do on the pages of rounds: open and close one, fill in a part, return or pass it, decide; many proposals confirmed at once.

Each form posts to its own door with the session cookie, from this site alone, and carries its Idempotency-Key. What is refused is shown
in the form again, with what was entered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backbone.record.transaction import Outcome, Transaction
from backbone.web.asking import Ask, Asking
from backbone.web.languages import language_of
from backbone.web.problems import BadRequest, Problem, Refused, problem
from contracts.decision import Refusal
from contracts.kinds import Code, Period
from services.monitoring.domain.refusals import NotInRound
from services.monitoring.domain.rounds.events import Cause, CauseKind, ProposalKind, RoundKind
from services.monitoring.domain.rounds.filling import FillPart
from services.monitoring.domain.seeing import NOBODYS, see
from services.monitoring.handlers import rounds as handlers
from services.monitoring.pages import PAGES
from services.monitoring.pages.rounds import reading
from services.monitoring.pages.rounds.entries import Entries, Form
from services.monitoring.pages.rounds.reading import Filter, Said
from services.monitoring.views import Row
from services.monitoring.views import rounds as queries

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
CAUSES = 3
"""Causes that a form has room for."""
MOST_AT_ONCE = 500
Handler = Callable[[Transaction], Outcome | Refusal]


@router.post("/rounds")
def open_round(ask: Ask, request: Request, form: Form) -> Response:
    """Open a round; the figures of every project in scope are taken down before the answer."""
    ask.require("run-round", NOBODYS)
    try:
        asked = handlers.Asked(
            form.period("round"),
            form.one_of("kind", get_args(RoundKind)),
            form.period("through"),
            form.text("document"),
            form.day("due"),
            form.codes("departments"),
        )
        ask.command("open-round", _said(form), lambda tx: handlers.open_round(tx, asked), key=form.key)
    except (Refused, BadRequest) as error:
        return reading.show_rounds(ask, request, _refused(request, error, form))
    handlers.take_waiting(ask.transact, asked.round)
    return _done(f"/rounds/{asked.round}", "opened")


@router.post("/rounds/{round}/closing")
def close_round(ask: Ask, request: Request, round: Period, form: Form) -> Response:
    """Close a round in which everything is decided."""
    ask.require("run-round", NOBODYS)
    try:
        document = form.text("document")
        ask.command(
            "close-round",
            {"round": round, **_said(form)},
            lambda tx: handlers.close_round(tx, round, document),
            key=form.key,
        )
    except (Refused, BadRequest) as error:
        return reading.show_round(ask, request, round, _refused(request, error, form))
    return _done(f"/rounds/{round}", "closed")


@router.post("/rounds/{round}/projects/{project}/filling")
def fill(ask: Ask, request: Request, round: Period, project: Code, form: Form) -> Response:
    """Fill in a part."""

    def handler(row: Row) -> Handler:
        command = FillPart(
            project,
            row["year"],
            round,
            tuple(_causes(form)),
            {each["id"]: form.number(f"value-{number}") for number, each in enumerate(row["indicators"], 1)},
            form.money("expected_payments", row["currency"]),
            form.optional("cannot_run") == "yes",
            form.optional("remedy"),
        )
        return lambda tx: handlers.fill_part(tx, command)

    return _moved(ask, request, round, project, form, "fill-part", handler)


@router.post("/rounds/{round}/projects/{project}/return")
def return_part(ask: Ask, request: Request, round: Period, project: Code, form: Form) -> Response:
    """Return a part to its unit."""

    def handler(_: Row) -> Handler:
        reason = form.text("return_reason")
        return lambda tx: handlers.return_part(tx, project, round, reason)

    return _moved(ask, request, round, project, form, "return-part", handler)


@router.post("/rounds/{round}/projects/{project}/passing")
def pass_part(ask: Ask, request: Request, round: Period, project: Code, form: Form) -> Response:
    """Pass a part."""

    def handler(_: Row) -> Handler:
        note = form.optional("note")
        return lambda tx: handlers.pass_part(tx, project, round, note)

    return _moved(ask, request, round, project, form, "pass-part", handler)


@router.post("/rounds/{round}/projects/{project}/decision")
def decide(ask: Ask, request: Request, round: Period, project: Code, form: Form) -> Response:
    """Confirm the proposal or change it."""

    def handler(row: Row) -> Handler:
        decision = form.one_of("decision", get_args(ProposalKind))
        reason = form.text("reason")
        budget = form.money("budget", row["currency"]) if decision == "cut" else None
        measure = None if decision == "keep" else form.measure()
        return lambda tx: handlers.decide_part(tx, project, round, decision, reason, budget=budget, measure=measure)

    return _moved(ask, request, round, project, form, "decide-part", handler)


@router.post("/rounds/{round}/confirmation")
def confirm(ask: Ask, request: Request, round: Period, form: Form) -> Response:
    """Confirm what the system proposed for each ticked project by itself: one that is refused holds no other up."""
    ask.require("decide-round", NOBODYS)
    try:
        reason, measure = form.text("reason"), form.measure()
    except BadRequest as error:
        return reading.show_parts(ask, request, round, Filter(state="passed"), _refused(request, error, form))
    done: list[str] = []
    refused: list[tuple[str, Problem]] = []
    for project in form.chosen[:MOST_AT_ONCE]:
        try:
            ask.command(
                "confirm-part",
                {"round": round, "project": project, **_said(form)},
                lambda tx, project=project: handlers.confirm_part(tx, project, round, reason, measure),
                key=f"{form.key}/{project}"[:200],
            )
            done.append(project)
        except Refused as error:
            refused.append((project, problem(error.refusal, PAGES.words, language_of(request))))
    said = Said(many={"done": done, "refused": refused, "nothing": not form.chosen})
    return reading.show_parts(ask, request, round, Filter(state="passed"), said)


def _moved(
    ask: Asking, request: Request, round: str, project: str, form: Entries, name: str, handler: Callable[[Row], Handler]
) -> Response:
    """Run a command about a part and go back to its page; what was refused is shown in it."""
    row = ask.read(lambda conn: queries.part(conn, round, project))
    refusal = see(ask.actor, "read-project", row and row["unit"], NotInRound(project, round))
    if refusal is not None:
        raise Refused(refusal)
    try:
        asked = {"round": round, "project": project, **_said(form)}
        ask.command(name, asked, handler(row), key=form.key)
    except (Refused, BadRequest) as error:
        return reading.show_part(ask, request, round, project, _refused(request, error, form))
    return _done(f"/rounds/{round}/projects/{reading.quoted(project)}", name)


def _causes(form: Entries) -> list[Cause]:
    """The causes of a form; a kind chosen without a word is no cause, a word without a kind is `other`."""
    found: list[Cause] = []
    for number in range(1, CAUSES + 1):
        text = form.optional(f"cause-text-{number}")
        kinds: tuple[CauseKind, ...] = get_args(CauseKind)
        if text:
            chosen = form.optional(f"cause-kind-{number}")
            found.append(Cause(kind=form.one_of(f"cause-kind-{number}", kinds) if chosen else "other", text=text))
    return found


def _said(form: Entries) -> dict[str, Any]:
    """What was asked, for the audit and for telling a repetition; the key is none of it."""
    return {name: value for name, value in form.first.items() if name != "key"}


def _refused(request: Request, error: Refused | BadRequest, form: Entries) -> Said:
    found = problem(error.refusal if isinstance(error, Refused) else error, PAGES.words, language_of(request))
    return Said(refused=found, entries=form.first)


def _done(path: str, what: str) -> Response:
    return RedirectResponse(f"{path}?done={what}", 303)
