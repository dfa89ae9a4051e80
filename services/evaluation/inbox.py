"""What other services' events mean in evaluation: figures to score from, kept in the project's stream.

From goals: what was promised, with which budget. From monitoring: what was reached (`ProgressReported`), what was paid (`MonthJudged`,
of which December's full judgement counts), and whether the project goes on. Nothing follows by itself: people evaluate.
"""

from __future__ import annotations

from backbone.record.transaction import Transaction
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.event import PublicEvent
from services.evaluation import handlers
from services.evaluation.domain import HEARD

HEARS: tuple[type[PublicEvent], ...] = HEARD


def hear(tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
    """Keep the event."""
    handlers.hear(tx, event, envelope)
    return None
