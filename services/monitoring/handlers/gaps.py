"""The loop that watches the sources' own numbering: which numbers are missing, and since when (domain.gaps). One worker at a time looks;
the gauges say what it found, so that whoever runs the system is told without opening a page.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from backbone.process import metrics
from backbone.record.clock import Clock
from backbone.record.events import Connection
from services.monitoring.domain.gaps import Gap, Range, holes, lasting, observe, within

Numbering = tuple[int, int]
"""A source by its number in the ledger, and the year in which its numbers run."""

_SEEN = """
select n.source, n.numbering_year, lower(seen.range), upper(seen.range) - 1
from ledger.numbering n cross join lateral unnest(n.seen) as seen (range)
order by 1, 2, 3
"""
_EXPLAINED = """
select s.id, x.numbering_year, x.first, x.last from read.gap_explanation x join ledger.source s on s.code = x.source order by 1, 2
"""
_KNOWN = "select source, numbering_year, first, last, since from ledger.gap order by 1, 2, 3"
_REMOVE = "delete from ledger.gap where source = %s and numbering_year = %s and first = any(%s)"
_ADD = """
insert into ledger.gap (source, numbering_year, first, last, since)
select %s, %s, * from unnest(%s::bigint[], %s::bigint[], %s::timestamptz[])
"""


class GapWatch:
    """Looks at the numbering step by step. Connection and clock are passed in."""

    def __init__(self, conn: Connection, clock: Clock) -> None:
        self.conn = conn
        self.clock = clock

    def step(self) -> int:
        """Bring the gaps up to what has come; always 0, so that the loop rests until it is time to look again."""
        now = self.clock.now()
        with self.conn.transaction():
            row = self.conn.execute("select pg_try_advisory_xact_lock(hashtext('monitoring gaps'))").fetchone()
            known = self._known()
            if row and row[0]:
                seen = self._seen()
                for place in sorted({*seen, *known}):
                    before = known.get(place, [])
                    known[place] = observe(before, holes(seen.get(place, [])), now)
                    self._write(place, before, known[place])
            explained = self._explained()
        counted = [
            gap
            for place, gaps in known.items()
            for gap in gaps
            if lasting(gap.since, now) and not within(gap, explained.get(place, ()))
        ]
        metrics.LEDGER_GAPS.set(len(counted))
        metrics.LEDGER_MISSING.set(sum(gap.last - gap.first + 1 for gap in counted))
        return 0

    def close(self) -> None:
        """Nothing to let go of: the connection belongs to the caller."""

    def _seen(self) -> dict[Numbering, list[Range]]:
        rows = self.conn.execute(_SEEN).fetchall()
        return {place: [(row[2], row[3]) for row in each] for place, each in groupby(rows, itemgetter(0, 1))}

    def _explained(self) -> dict[Numbering, list[Range]]:
        rows = self.conn.execute(_EXPLAINED).fetchall()
        return {place: [(row[2], row[3]) for row in each] for place, each in groupby(rows, itemgetter(0, 1))}

    def _known(self) -> dict[Numbering, list[Gap]]:
        rows = self.conn.execute(_KNOWN).fetchall()
        return {place: [Gap(*row[2:]) for row in each] for place, each in groupby(rows, itemgetter(0, 1))}

    def _write(self, place: Numbering, before: list[Gap], after: list[Gap]) -> None:
        """What has not changed is not written."""
        if gone := sorted(set(before) - set(after)):
            self.conn.execute(_REMOVE, (*place, [gap.first for gap in gone]))
        if found := sorted(set(after) - set(before)):
            columns = ([gap.first for gap in found], [gap.last for gap in found], [gap.since for gap in found])
            self.conn.execute(_ADD, (*place, *columns))
