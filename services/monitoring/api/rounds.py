"""Rounds: opened and closed; a project's part filled in, returned, passed, decided; how far a round has come, and its report."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from backbone.web.asking import Ask, Asking
from backbone.web.problems import BadRequest, Refused
from contracts.decision import Refusal
from contracts.kinds import Code, Period, minor_units
from services.monitoring import views
from services.monitoring.api import round_bodies as bodies
from services.monitoring.api import shapes
from services.monitoring.api.bodies import ReasonBody
from services.monitoring.domain.refusals import NotInRound, RoundUnknown
from services.monitoring.domain.rounds.events import Cause
from services.monitoring.domain.rounds.filling import FillPart
from services.monitoring.domain.seeing import bound_to, see
from services.monitoring.handlers import rounds as handlers
from services.monitoring.views import rounds as queries

router = APIRouter(prefix="/api/rounds", tags=["rounds"])
Limit = Annotated[int, Query(ge=1, le=1000)]
After = Annotated[str, Query(max_length=100)]
State = Literal["waiting", "filled", "returned", "passed", "decided"]


@router.post("")
def open_round(ask: Ask, body: bodies.OpeningBody) -> Response:
    """Open a round; the figures of every project in scope are taken down before the answer."""
    asked = handlers.Asked(**dict(body))
    answer = ask.command("open-round", body.model_dump(mode="json"), lambda tx: handlers.open_round(tx, asked))
    handlers.take_waiting(ask.transact, body.round)
    return answer


@router.post("/{round}/closing")
def close_round(ask: Ask, round: Period, body: bodies.ClosingBody) -> Response:
    """Close a round in which everything is decided."""
    said = {"round": round, **body.model_dump(mode="json")}
    return ask.command("close-round", said, lambda tx: handlers.close_round(tx, round, body.document))


@router.post("/{round}/projects/{project}/filling")
def fill(ask: Ask, round: Period, project: Code, body: bodies.FillingBody) -> Response:
    """Fill in a part; again, until it is passed."""
    command = FillPart(
        project,
        int(round[:4]),
        round,
        tuple(Cause(kind=each.kind, text=each.text) for each in body.causes),
        body.expected_values,
        _fen(ask, round, project, body.expected_payments),
        body.cannot_run,
        body.remedy or "",
    )
    return ask.command("fill-part", _asked(round, project, body), lambda tx: handlers.fill_part(tx, command))


@router.post("/{round}/projects/{project}/return")
def return_part(ask: Ask, round: Period, project: Code, body: ReasonBody) -> Response:
    """Return a part to its unit."""
    return ask.command(
        "return-part",
        _asked(round, project, body),
        lambda tx: handlers.return_part(tx, project, round, body.reason),
    )


@router.post("/{round}/projects/{project}/passing")
def pass_part(ask: Ask, round: Period, project: Code, body: bodies.PassingBody) -> Response:
    """Pass a part; the system's proposal comes with it."""
    return ask.command(
        "pass-part",
        _asked(round, project, body),
        lambda tx: handlers.pass_part(tx, project, round, body.note or ""),
    )


@router.post("/{round}/projects/{project}/decision")
def decide(ask: Ask, round: Period, project: Code, body: bodies.DecisionBody) -> Response:
    """Confirm the proposal or change it, with the reason."""
    budget = None if body.budget is None else _fen(ask, round, project, body.budget)
    measure = None if body.measure is None else body.measure.measure()
    return ask.command(
        "decide-part",
        _asked(round, project, body),
        lambda tx: handlers.decide_part(tx, project, round, body.decision, body.reason, budget=budget, measure=measure),
    )


@router.get("")
def rounds(ask: Ask) -> dict[str, Any]:
    """Every round, the latest first."""
    _bound(ask)
    return {"rounds": shapes.plain(ask.read(queries.rounds))}


@router.get("/{round}")
def overview(ask: Ask, round: Period) -> dict[str, Any]:
    """A round with its sums by department and currency, and its causes: the report as data."""
    org = _bound(ask)
    found = _round(ask, round)
    day = ask.read(views.as_of) or found["opened_on"]
    departments = ask.read(lambda conn: queries.departments(conn, round, org, day))
    causes = ask.read(lambda conn: queries.causes(conn, round, org))
    return {
        **shapes.plain(found),
        "departments": [shapes.round_money(row) for row in departments],
        "causes": shapes.plain(causes),
    }


@router.get("/{round}/projects")
def parts(
    ask: Ask,
    round: Period,
    department: Code | None = None,
    state: State | None = None,
    after: After = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """One page of a round's parts; `next` is the `after` of the next."""
    org = _bound(ask)
    _round(ask, round)
    wanted = queries.Wanted(org, department, state, after=after, limit=limit + 1)
    rows = ask.read(lambda conn: queries.parts(conn, round, wanted))
    shown = rows[:limit]
    return {
        "parts": [shapes.round_part(row) for row in shown],
        "next": shown[-1]["project"] if len(rows) > limit else None,
    }


@router.get("/{round}/projects/{project}")
def part(ask: Ask, round: Period, project: Code) -> dict[str, Any]:
    """One part whole: the figures taken down, what was filled in, the proposal, the decision, with their events."""
    row = ask.read(lambda conn: queries.part(conn, round, project))
    refusal = see(ask.actor, "read-project", row and row["unit"], NotInRound(project, round))
    if refusal is not None:
        raise Refused(refusal)
    return shapes.round_part(row)


def _round(ask: Asking, round: str) -> views.Row:
    found = ask.read(lambda conn: queries.round_of(conn, round))
    if found is None:
        raise Refused(RoundUnknown(round))
    return found


def _bound(ask: Asking) -> str | None:
    bound = bound_to(ask.actor, "read-project")
    if isinstance(bound, Refusal):
        raise Refused(bound)
    return bound


def _asked(round: str, project: str, body: BaseModel) -> dict[str, Any]:
    return {"round": round, "project": project, **body.model_dump(mode="json")}


def _fen(ask: Asking, round: str, project: str, amount: Decimal) -> int:
    """Money of a request in the minor units of the part's currency; a 422 problem where it is finer than they are."""
    row = ask.read(lambda conn: queries.part(conn, round, project))
    currency = row["currency"] if row else "CNY"
    try:
        return minor_units(amount, currency)
    except ValueError:
        raise BadRequest("request.finer-than-fen", 422, amount=format(amount, "f"), currency=currency) from None
