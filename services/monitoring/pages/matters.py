"""What in the ledger needs a look: vouchers that contradict each other and the form that decides on one, gaps in the sources' numbering,
comparisons with the finance systems' statements."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backbone.web.asking import Ask
from backbone.web.forms import new_key, same_origin
from backbone.web.languages import language_of
from backbone.web.problems import BadRequest, Refused
from contracts.authority import permit
from services.monitoring import views
from services.monitoring.domain.explained_gaps import ExplainGap
from services.monitoring.domain.gaps import GAP_AFTER
from services.monitoring.domain.ledger_events import ConflictDecision
from services.monitoring.domain.ledger_refusals import ReconciliationUnknown
from services.monitoring.domain.seeing import NOBODYS
from services.monitoring.handlers import ledger as commands
from services.monitoring.pages import PAGES
from services.monitoring.pages.vouchers import PAGE, After, address, page_of
from services.monitoring.views import ledger

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
GAP = re.compile(r"(.{1,200})/([0-9]{1,4})/([0-9]{1,18})-([0-9]{1,18})")
"""A gap as the form names it: source, numbering year, first and last number."""
Said = Annotated[str, Form(max_length=4000)]


@router.get("/ledger/conflicts")
def conflicts(ask: Ask, request: Request, state: ledger.State = "open", after: After = None) -> Response:
    """What stands beside what came later: what nobody has decided, or what somebody has."""
    ask.require("read-ledger", NOBODYS)
    rows, following = page_of(ask, after, lambda conn: ledger.conflicts(conn, state, after, PAGE))
    return PAGES.render(
        request,
        "conflicts.html",
        title=say("page.conflicts.title", language_of(request)),
        as_of=ask.read(views.as_of),
        rows=rows,
        state=state,
        following=following,
        address=address,
    )


@router.post("/ledger/conflicts/{partition}/{offset}/decision")
def decide_conflict(
    ask: Ask,
    request: Request,
    partition: Annotated[int, Path(ge=0, le=2**31 - 1)],
    offset: Annotated[int, Path(ge=0, le=2**63 - 1)],
    key: Annotated[str, Form(min_length=8, max_length=80)],
    decision: Annotated[ConflictDecision, Form()],
    reason: Said = "",
    document: Said = "",
) -> Response:
    """Decide on figures that are held, and show the voucher again."""
    same_origin(request)
    reason, document = reason.strip(), document.strip()
    if not reason:
        raise BadRequest("page.voucher.reason_missing", 422)
    said = {"partition": partition, "offset": offset, "decision": decision, "reason": reason}
    ask.command(
        commands.DECIDE,
        {**said, "document": document or None},
        lambda tx: commands.decide_conflict(tx, partition, offset, decision, reason, document or None),
        key=f"{key}/{partition}/{offset}",
    )
    found = ask.read(lambda conn: ledger.conflict(conn, partition, offset))
    place = {"source": found["source"], "year": found["numbering_year"], "number": found["number"]}
    return RedirectResponse(address("/ledger/voucher", **place, done=decision), 303)


@router.get("/ledger/gaps")
def gaps(
    ask: Ask, request: Request, state: ledger.GapState = "open", after: After = None, done: bool = False
) -> Response:
    """Numbers of the sources that have not come although later ones have, and the form that explains some."""
    ask.require("read-ledger", NOBODYS)
    now = ask.transact.clock.now()
    rows, following = page_of(ask, after, lambda conn: ledger.gaps(conn, now, None, after, PAGE, state))
    return PAGES.render(
        request,
        "gaps.html",
        title=say("page.gaps.title", language_of(request)),
        as_of=ask.read(views.as_of),
        minutes=int(GAP_AFTER.total_seconds() // 60),
        numberings=ask.read(lambda conn: ledger.numberings(conn, now)),
        rows_of_page=rows,
        state=state,
        done=done,
        may_explain=permit(ask.actor, commands.EXPLAIN, NOBODYS) is None,
        key=new_key(),
        following=following,
        address=address,
    )


@router.post("/ledger/gaps/explanation")
def explain_gap(
    ask: Ask,
    request: Request,
    key: Annotated[str, Form(min_length=8, max_length=80)],
    gap: Annotated[str, Form(max_length=400)],
    reason: Said = "",
    document: Said = "",
) -> Response:
    """Explain a gap, and show the list again without it."""
    same_origin(request)
    reason, document = reason.strip(), document.strip()
    if not reason or not document:
        raise BadRequest("page.gaps.incomplete", 422)
    named = GAP.fullmatch(gap)
    if named is None:
        raise BadRequest("page.gaps.incomplete", 422)
    source, *numbers = named.groups()
    command = ExplainGap(source, *(int(each) for each in numbers), reason, document)
    ask.command(
        commands.EXPLAIN,
        {"gap": gap, "reason": reason, "document": document},
        lambda tx: commands.explain_gap(tx, command),
        key=key,
    )
    return RedirectResponse(address("/ledger/gaps", done="yes"), 303)


@router.get("/ledger/reconciliations")
def reconciliations(ask: Ask, request: Request, after: After = None) -> Response:
    """Comparisons with statements, the latest first."""
    ask.require("read-ledger", NOBODYS)
    rows, following = page_of(ask, after, lambda conn: ledger.reconciliations(conn, after, PAGE))
    return PAGES.render(
        request,
        "reconciliations.html",
        title=say("page.reconciliations.title", language_of(request)),
        as_of=ask.read(views.as_of),
        rows_of_page=rows,
        following=following,
        address=address,
    )


@router.get("/ledger/reconciliations/{event}")
def reconciliation(ask: Ask, request: Request, event: UUID) -> Response:
    """One comparison: what was compared, what came of it, the first differences."""
    ask.require("read-ledger", NOBODYS)
    found = ask.read(lambda conn: ledger.reconciliation(conn, event))
    if found is None:
        raise Refused(ReconciliationUnknown(str(event)))
    return PAGES.render(
        request,
        "reconciliation.html",
        title=found["statement"],
        as_of=ask.read(views.as_of),
        found=found,
        summary=found["summary"],
        address=address,
    )
