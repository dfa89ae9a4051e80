"""A gap in a source's numbering explained (缺号说明): numbers that will never come, because they were voided, skipped, or used elsewhere.

A named person says so, on a document; the gap then waits for nobody. Numbers of it that come all the same are counted as any voucher
is, and what is left of the gap stays explained. The subject is one numbering: the fold of its stream `numbering/…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from contracts.decision import Context
from contracts.event import Event
from services.monitoring.domain.ledger_events import GapExplained

Numbers = tuple[str, int, int, int]
"""A gap: source, numbering year, first and last number."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What was said of which gaps, last: the reason and the document."""

    of: Mapping[Numbers, tuple[str, str]] = field(default_factory=dict[Numbers, tuple[str, str]])


NOTHING_EXPLAINED = Explained()
"""Nobody has explained anything yet."""


@dataclass(frozen=True, slots=True)
class ExplainGap:
    """Say why the numbers from `first` to `last` of a source will not come, and on which document that stands."""

    source: str
    numbering_year: int
    first: int
    last: int
    reason: str
    document: str


def evolve(state: Explained, event: Event) -> Explained:
    """The state after one more event; an event that explains no gap changes nothing."""
    match event:
        case GapExplained():
            numbers = (event.source, event.numbering_year, event.first, event.last)
            return replace(state, of={**state.of, numbers: (event.reason, event.document)})
        case _:
            return state


def decide(command: ExplainGap, state: Explained, context: Context) -> tuple[GapExplained, ...]:
    """An explanation may be mended by a later one; both stay in the record. The same again is none."""
    numbers = (command.source, command.numbering_year, command.first, command.last)
    if state.of.get(numbers) == (command.reason, command.document):
        return ()
    return (
        GapExplained(
            source=command.source,
            numbering_year=command.numbering_year,
            first=command.first,
            last=command.last,
            reason=command.reason,
            document=command.document,
            explained_by=str(context.actor),
            explained_on=context.day,
        ),
    )
