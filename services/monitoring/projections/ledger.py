"""What people decided on contradicting vouchers, how they explained gaps, and what came of reconciliations, becomes rows."""

from __future__ import annotations

from psycopg.types.json import Json

from backbone.record.events import Connection, Recorded
from services.monitoring.domain.ledger_events import ConflictDecided, GapExplained, StatementReconciled

_DECISION = """
insert into conflict_decision (source, numbering_year, number, held_date, held_amount, held_currency, held_project, decision, reason,
    document, decided_by, decided_on, event)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (source, numbering_year, number, held_date, held_amount, held_currency, held_project) do update set
    decision = excluded.decision, reason = excluded.reason, document = excluded.document, decided_by = excluded.decided_by,
    decided_on = excluded.decided_on, event = excluded.event
"""
_EXPLANATION = """
insert into gap_explanation (source, numbering_year, first, last, reason, document, explained_by, explained_on, event)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (source, numbering_year, first, last) do update set reason = excluded.reason, document = excluded.document,
    explained_by = excluded.explained_by, explained_on = excluded.explained_on, event = excluded.event
"""
_RECONCILIATION = """
insert into reconciliation (event, reconciled_on, time, statement, sha256, kind, source, first, last, equal, summary)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_SUMMED = ("said", "counted", "counts", "differences", "listed", "reconciled_by")


def apply(conn: Connection, recorded: Recorded) -> None:
    """Bring the ledger's own read models up to one more event."""
    match recorded.event:
        case ConflictDecided() as event:
            _conflict_decided(conn, event, recorded)
        case GapExplained() as event:
            numbers = (event.source, event.numbering_year, event.first, event.last)
            said = (event.reason, event.document, event.explained_by, event.explained_on, recorded.id)
            conn.execute(_EXPLANATION, (*numbers, *said))
        case StatementReconciled() as event:
            _statement_reconciled(conn, event, recorded)
        case _:
            """Says nothing of the ledger."""


def _conflict_decided(conn: Connection, event: ConflictDecided, recorded: Recorded) -> None:
    """A decision on held figures; a later one on the same figures takes its place."""
    held = (event.held.date, event.held.amount, event.held.currency, event.held.project)
    said = (event.decision, event.reason, event.document, event.decided_by, event.decided_on, recorded.id)
    conn.execute(_DECISION, (event.source, event.numbering_year, event.number, *held, *said))


def _statement_reconciled(conn: Connection, event: StatementReconciled, recorded: Recorded) -> None:
    """A comparison with a statement."""
    said = event.model_dump(mode="json")
    place = (recorded.id, event.reconciled_on, recorded.time, event.statement, event.sha256, event.kind, event.source)
    summary = Json({name: said[name] for name in _SUMMED})
    conn.execute(_RECONCILIATION, (*place, event.first, event.last, event.equal, summary))
