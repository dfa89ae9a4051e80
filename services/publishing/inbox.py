"""What other services' events mean in publishing: they are written down as heard; nothing follows before an official approves."""

from __future__ import annotations

from backbone.record.transaction import Transaction
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.event import PublicEvent
from services.publishing import handlers


def hear(tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
    """Take one event of goals, monitoring or evaluation."""
    return handlers.hear(tx, event, envelope)
