"""A worker of the smallest service there can be: it hears ProjectResumed. Started as a process of its own by test_worker."""

from __future__ import annotations

import sys
from datetime import date

from backbone.kafka.service import Service
from backbone.kafka.worker import Worker
from backbone.process.logs import configure
from backbone.process.settings import Settings
from backbone.record.transact import Transact
from backbone.record.transaction import Transaction
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.event import PublicEvent
from contracts.monitoring import ProjectResumed
from tests.integration.recording import RECORD


def hear(tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
    tx.hear(event.stream(), event, envelope)
    return None


def due(transact: Transact, day: date) -> int:
    return 0


if __name__ == "__main__":
    configure("goals", "worker", form="text")
    sys.exit(Worker(Service(RECORD, "goals.events", (ProjectResumed,), hear, due), Settings()).run())
