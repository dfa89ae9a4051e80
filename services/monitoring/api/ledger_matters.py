"""What in the ledger needs a look, and people's answers: vouchers that contradict each other, gaps in the sources' numbering, comparisons
with the finance systems' statements."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response

from backbone.web.asking import Ask
from backbone.web.problems import Refused
from contracts.kinds import Code
from services.monitoring.api import ledger_bodies as bodies
from services.monitoring.api import shapes
from services.monitoring.api.ledger import After, Limit, page
from services.monitoring.domain.gaps import GAP_AFTER
from services.monitoring.domain.ledger_refusals import ReconciliationUnknown
from services.monitoring.domain.seeing import NOBODYS
from services.monitoring.handlers import ledger as commands
from services.monitoring.views import ledger as views

router = APIRouter(prefix="/api/ledger", tags=["ledger"])
Partition = Annotated[int, Path(ge=0, le=2**31 - 1)]
Offset = Annotated[int, Path(ge=0, le=2**63 - 1)]


@router.get("/conflicts")
def conflicts(ask: Ask, state: views.State = "open", after: After = None, limit: Limit = 100) -> dict[str, Any]:
    """Vouchers that came with other figures than those counted under their number: held for a person, never counted.

    `state`: `open` those that nobody has decided, `first-stands` and `to-be-reversed` those that somebody has, `all`.
    """
    ask.require("read-ledger", NOBODYS)
    rows, following = page(ask, after, lambda conn: views.conflicts(conn, state, after, limit))
    return {"conflicts": [shapes.conflict(row) for row in rows], "next": following}


@router.post("/conflicts/{partition}/{offset}/decision")
def decide_conflict(ask: Ask, partition: Partition, offset: Offset, body: bodies.ConflictBody) -> Response:
    """Decide on what is held from one place in Kafka: the counted voucher stands, or the finance system is to reverse it."""
    return ask.command(
        commands.DECIDE,
        {"partition": partition, "offset": offset, **body.model_dump(mode="json")},
        lambda tx: commands.decide_conflict(tx, partition, offset, body.decision, body.reason, body.document),
    )


@router.get("/gaps")
def gaps(
    ask: Ask, source: Code | None = None, state: views.GapState = "open", after: After = None, limit: Limit = 100
) -> dict[str, Any]:
    """Numbers of the sources' own rising numbering that have not come although later ones have, missing for `minutes` or longer.

    `state`: `open` those that nobody has explained, `explained`, `all`.
    """
    ask.require("read-ledger", NOBODYS)
    now = ask.transact.clock.now()
    rows, following = page(ask, after, lambda conn: views.gaps(conn, now, source, after, limit, state))
    numberings = ask.read(lambda conn: views.numberings(conn, now))
    return {
        "minutes": int(GAP_AFTER.total_seconds() // 60),
        "numberings": shapes.plain([row for row in numberings if source in (None, row["source"])]),
        "gaps": shapes.plain(rows),
        "next": following,
    }


@router.post("/gaps/explanation")
def explain_gap(ask: Ask, body: bodies.ExplanationBody) -> Response:
    """Explain why numbers that are missing will not come: the gap is not open any more."""
    command = body.command()
    return ask.command(commands.EXPLAIN, body.model_dump(mode="json"), lambda tx: commands.explain_gap(tx, command))


@router.get("/reconciliations")
def reconciliations(ask: Ask, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    """Comparisons with statements of finance systems, the latest first."""
    ask.require("read-ledger", NOBODYS)
    rows, following = page(ask, after, lambda conn: views.reconciliations(conn, after, limit))
    return {"reconciliations": [shapes.reconciliation(row) for row in rows], "next": following}


@router.get("/reconciliations/{event}")
def reconciliation(ask: Ask, event: UUID) -> dict[str, Any]:
    """One comparison, with the first of its differences."""
    ask.require("read-ledger", NOBODYS)
    found = ask.read(lambda conn: views.reconciliation(conn, event))
    if found is None:
        raise Refused(ReconciliationUnknown(str(event)))
    return shapes.reconciliation(found)


@router.post("/reconciliations")
def write_down(ask: Ask, body: bodies.ReconciliationBody) -> Response:
    """Write down what came of comparing the ledger with a statement (`jixiao reconcile` does)."""
    command = body.command()
    return ask.command(
        commands.RECONCILE,
        body.model_dump(mode="json"),
        lambda tx: commands.write_down_reconciliation(tx, command),
        extra=lambda outcome: {"event": str(outcome.events[0].id)} if outcome.events else {},
    )
