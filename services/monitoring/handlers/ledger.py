"""What people ask of the ledger: a decision on figures that contradict a counted voucher, a gap in a source's numbering explained, the
outcome of a reconciliation written down.
A counted voucher itself is never changed.
"""

from __future__ import annotations

from typing import Any

from backbone.record.transaction import Decider, Outcome, Transaction
from contracts.authority import permit
from contracts.decision import Refusal
from services.monitoring.domain import conflicts, explained_gaps, reconciling
from services.monitoring.domain.conflicts import DecideConflict, Decided
from services.monitoring.domain.explained_gaps import Explained, ExplainGap
from services.monitoring.domain.ledger_events import (
    ConflictDecision,
    VoucherFigures,
    numbering_stream,
    reconciliation_stream,
    voucher_stream,
)
from services.monitoring.domain.ledger_refusals import ConflictUnknown, GapUnknown
from services.monitoring.domain.reconciling import Reconciled, WriteDownReconciliation
from services.monitoring.domain.seeing import NOBODYS
from services.monitoring.views import ledger

DECIDE, EXPLAIN, RECONCILE = "decide-conflict", "explain-gap", "reconcile-ledger"
"""Their lines in the authority table."""
_CONFLICT: Decider[Decided, DecideConflict] = Decider(conflicts.UNDECIDED, conflicts.evolve, conflicts.decide)
_GAP: Decider[Explained, ExplainGap] = Decider(
    explained_gaps.NOTHING_EXPLAINED, explained_gaps.evolve, explained_gaps.decide
)
_RECONCILIATION: Decider[Reconciled, WriteDownReconciliation] = Decider(
    reconciling.NOTHING_RECONCILED, reconciling.evolve, reconciling.decide
)


def decide_conflict(
    tx: Transaction, partition: int, offset: int, decision: ConflictDecision, reason: str, document: str | None
) -> Outcome | Refusal:
    """Decide on the figures that are held from one place in Kafka; the decision holds for every arrival with the same figures."""
    refusal = permit(tx.context.actor, DECIDE, NOBODYS)
    if refusal is not None:
        return refusal
    found = ledger.conflict(tx.conn, partition, offset)
    if found is None:
        return ConflictUnknown(partition, offset)
    place = (found["source"], found["numbering_year"], found["number"])
    command = DecideConflict(*place, _figures(found), _figures(found["held"]), decision, reason, document)
    return tx.decide(_CONFLICT, voucher_stream(*place), command)


def explain_gap(tx: Transaction, command: ExplainGap) -> Outcome | Refusal:
    """Explain numbers that are missing now."""
    refusal = permit(tx.context.actor, EXPLAIN, NOBODYS)
    if refusal is not None:
        return refusal
    if not ledger.is_gap(tx.conn, command.source, command.numbering_year, command.first, command.last):
        return GapUnknown(command.source, command.first, command.last)
    return tx.decide(_GAP, numbering_stream(command.source, command.numbering_year), command)


def write_down_reconciliation(tx: Transaction, command: WriteDownReconciliation) -> Outcome | Refusal:
    """Write down what came of comparing the ledger with a statement."""
    refusal = permit(tx.context.actor, RECONCILE, NOBODYS)
    return refusal or tx.decide(_RECONCILIATION, reconciliation_stream(command.source), command)


def _figures(row: dict[str, Any]) -> VoucherFigures:
    return VoucherFigures.model_validate(
        {name: row[name] for name in ("date", "amount", "currency", "project") if row.get(name) is not None}
    )
