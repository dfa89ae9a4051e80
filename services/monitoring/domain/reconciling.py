"""Reconciliation (对账): what came of comparing the ledger with a finance system's statement is written down, once a day and outcome.

The comparison itself reads the ledger and decides nothing, so it is no decision here. The subject is one source: the fold of its stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.decision import Context, Refusal
from contracts.event import Event
from services.monitoring.domain.ledger_events import Difference, StatementKind, StatementReconciled, StatementSums
from services.monitoring.domain.ledger_refusals import OutcomeContradictsItself

SHOWN = 200
"""Differences that an event carries; all of them stand in the file whose digest it names."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What has been written down of a source on the last day on which anything was."""

    day: date | None = None
    outcomes: frozenset[tuple[object, ...]] = frozenset()


NOTHING_RECONCILED = Reconciled()
"""No statement has been compared yet."""


@dataclass(frozen=True, slots=True)
class WriteDownReconciliation:
    """Write down the outcome of a comparison. `counts` are the differences by kind, in the order in which they press."""

    statement: str
    sha256: str
    kind: StatementKind
    source: str | None
    first: str
    last: str
    said: StatementSums
    counted: StatementSums
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    differences: tuple[Difference, ...] = ()
    listed: str | None = None


def evolve(state: Reconciled, event: Event) -> Reconciled:
    """The state after one more event; an event that compares nothing changes nothing."""
    match event:
        case StatementReconciled(reconciled_on=day):
            before = state.outcomes if state.day == day else frozenset[tuple[object, ...]]()
            return Reconciled(day, before | {_outcome(event, event.counts)})
        case _:
            return state


def decide(
    command: WriteDownReconciliation, state: Reconciled, context: Context
) -> tuple[StatementReconciled, ...] | Refusal:
    """The same outcome of the same statement on the same day is written down once; on another day it is news that it still holds."""
    counts = {kind: count for kind, count in command.counts.items() if count}
    if command.last < command.first or bool(counts) != bool(command.listed):
        return OutcomeContradictsItself(command.statement)
    if state.day == context.day and _outcome(command, counts) in state.outcomes:
        return ()
    return (
        StatementReconciled(
            statement=command.statement,
            sha256=command.sha256,
            kind=command.kind,
            source=command.source,
            first=command.first,
            last=command.last,
            said=command.said,
            counted=command.counted,
            equal=not counts,
            counts=counts,
            differences=command.differences[:SHOWN],
            listed=command.listed,
            reconciled_by=str(context.actor),
            reconciled_on=context.day,
        ),
    )


def _outcome(told: WriteDownReconciliation | StatementReconciled, counts: dict[str, int]) -> tuple[object, ...]:
    """What makes one outcome the same as another: the statement, what was compared, and what was found."""
    sides = tuple((side.vouchers, tuple(sorted(side.amounts.items()))) for side in (told.said, told.counted))
    place = (told.sha256, told.kind, told.source, told.first, told.last)
    return (*place, *sides, tuple(sorted(counts.items())), told.listed)
