"""A batch made ready for the ledger: what is surely new as one COPY text, what the ledger may hold already apart from it.

Everything here happens before the transaction, so that the transaction only writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.monitoring.bulk.codes import Codes, Place
from services.monitoring.bulk.fold import Arrival, Batch, Sums, sums
from services.monitoring.bulk.seen import Seen

COLUMNS = (
    "source, numbering_year, number, date, amount, currency, project, unit, functional, economic, memo, sequence, topic_partition,"
    " log_offset"
)
"""The columns of a COPY line, in their order."""
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch told apart: `new` is surely not in the ledger and no two of it are the same voucher, with its COPY text and what it adds;
    `suspected` may be, or repeats what is new. `sources` and `projects` give the numbers of codes."""

    batch: Batch
    new: Sequence[Arrival]
    lines: str
    added: Sums
    suspected: Sequence[Arrival]
    sources: Mapping[str, int]
    projects: Mapping[str, int]

    def place(self, arrival: Arrival) -> Place:
        """The arrival's voucher as the ledger's index has it."""
        voucher = arrival.voucher
        return self.sources[voucher.source], voucher.numbering_year, voucher.number

    def figures(self, arrival: Arrival) -> tuple[str, int, int]:
        """What must be the same for a repetition: date, amount, project by its number."""
        voucher = arrival.voucher
        return voucher.date, voucher.amount, self.projects[voucher.project]

    def text(self, arrivals: Iterable[Arrival]) -> str:
        """COPY's text of some arrivals, sorted as the index is: two workers with the same vouchers wait for each other in one order."""
        return copy_text(sorted(arrivals, key=self.place), self.sources, self.projects)

    def doubted(self) -> Ready:
        """The same batch with everything suspected: the ledger held a voucher that seemed new."""
        return replace(self, new=(), lines="", added=Sums(), suspected=self.batch.arrivals)


def make_ready(batch: Batch, codes: Codes, seen: Seen) -> Ready:
    """Look up the numbers of codes and ask the filter which vouchers are new. What it is asked it remembers, so that a repetition
    within the batch is suspected like any other."""
    sources, projects = _numbers(batch, codes)
    new: list[tuple[int, int, str, Arrival]] = []
    suspected: list[Arrival] = []
    first_seen = seen.first_seen
    for arrival in batch.arrivals:
        voucher = arrival.voucher
        place: Place = (sources[voucher.source], voucher.numbering_year, voucher.number)
        if first_seen(place):
            new.append((*place, arrival))
        else:
            suspected.append(arrival)
    new.sort()
    arrivals = [each[3] for each in new]
    added = sums([arrival.voucher for arrival in arrivals], projects)
    return Ready(batch, arrivals, copy_text(arrivals, sources, projects), added, suspected, sources, projects)


def ready_alone(batch: Batch, codes: Codes) -> Ready:
    """A batch with everything suspected, for who has no filter: a dead letter that is taken again."""
    sources, projects = _numbers(batch, codes)
    return Ready(batch, (), "", Sums(), batch.arrivals, sources, projects)


def _numbers(batch: Batch, codes: Codes) -> tuple[Mapping[str, int], Mapping[str, int]]:
    return (
        codes.sources({arrival.voucher.source for arrival in batch.arrivals}),
        codes.projects({arrival.voucher.project for arrival in batch.arrivals}),
    )


def copy_text(arrivals: Iterable[Arrival], sources: Mapping[str, int], projects: Mapping[str, int]) -> str:
    """One line a voucher in COPY's text format, with COLUMNS."""
    written: list[str] = []
    none = "\\N"
    for arrival in arrivals:
        v = arrival.voucher
        number, memo, unit, functional, economic = v.number, v.memo, v.unit, v.functional, v.economic
        if not arrival.plain:
            number, memo, unit, functional, economic = map(_escaped, (number, memo, unit, functional, economic))
        written.append(
            f"{sources[v.source]}\t{v.numbering_year}\t{number}\t{v.date}\t{v.amount}\t{v.currency}\t{projects[v.project]}\t"
            f"{none if unit is None else unit}\t{none if functional is None else functional}\t"
            f"{none if economic is None else economic}\t{none if memo is None else memo}\t"
            f"{none if v.sequence is None else v.sequence}\t{arrival.partition}\t{arrival.offset}\n"
        )
    return "".join(written)


def _escaped(text: str | None) -> str | None:
    return None if text is None else text.translate(_ESCAPES)
