"""Vouchers that contradict a counted one (同号不同数): the first counts, the later is held, a person of finance or audit decides which is
right. A counted voucher is never changed: where it was wrong, the finance system reverses it (红字冲销) and sends the right one.

The subject is one voucher, by source, numbering year and number: the fold of its stream `voucher/…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from contracts.decision import Context, Refusal
from contracts.event import Event
from services.monitoring.domain.ledger_events import ConflictDecided, ConflictDecision, VoucherFigures
from services.monitoring.domain.ledger_refusals import ConflictWithoutDifference

Place = tuple[str, int, str]
"""A voucher: source, numbering year, number."""
Said = tuple[ConflictDecision, str, str | None]
"""A decision with its reason and its document."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What has been decided of a voucher's held figures; the last decision on the same figures counts."""

    on: Mapping[tuple[Place, VoucherFigures], Said] = field(default_factory=dict[tuple[Place, VoucherFigures], Said])


UNDECIDED = Decided()
"""Nobody has decided anything yet."""


@dataclass(frozen=True, slots=True)
class DecideConflict:
    """Decide on figures that are held: `standing` are the counted ones that they contradict."""

    source: str
    numbering_year: int
    number: str
    standing: VoucherFigures
    held: VoucherFigures
    decision: ConflictDecision
    reason: str
    document: str | None = None


def evolve(state: Decided, event: Event) -> Decided:
    """The state after one more event; an event that decides nothing of a voucher changes nothing."""
    match event:
        case ConflictDecided():
            place = (event.source, event.numbering_year, event.number)
            return replace(state, on={**state.on, (place, event.held): (event.decision, event.reason, event.document)})
        case _:
            return state


def decide(command: DecideConflict, state: Decided, context: Context) -> tuple[ConflictDecided, ...] | Refusal:
    """A decision may be changed by a later one; both stay in the record. The same again is none."""
    if command.held == command.standing:
        return ConflictWithoutDifference(command.source, command.number)
    said: Said = (command.decision, command.reason, command.document)
    place = (command.source, command.numbering_year, command.number)
    if state.on.get((place, command.held)) == said:
        return ()
    return (
        ConflictDecided(
            source=command.source,
            numbering_year=command.numbering_year,
            number=command.number,
            standing=command.standing,
            held=command.held,
            decision=command.decision,
            reason=command.reason,
            document=command.document,
            decided_by=str(context.actor),
            decided_on=context.day,
        ),
    )
