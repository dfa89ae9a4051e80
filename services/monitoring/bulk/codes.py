"""Codes of sources and projects as the small numbers that the ledger's rows carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

import polars as pl

from backbone.record.events import Connection

KEPT = 2_000_000
"""Codes of one kind kept in memory (about 200 bytes each); more, and they are asked for anew."""

PLACE_TYPES = {"source_id": pl.Int16, "numbering_year": pl.Int64, "number": pl.String}
PLACE = tuple(PLACE_TYPES)
"""The columns of a voucher's place in the ledger's index: source by its number, numbering year, number."""

_SOURCES = (
    "insert into ledger.source (code) select unnest(%s::text[]) order by 1 on conflict (code) do nothing",
    "select code, id from ledger.source where code = any(%s)",
)
_PROJECTS = (
    "insert into ledger.project (code) select unnest(%s::text[]) order by 1 on conflict (code) do nothing",
    "select code, id from ledger.project where code = any(%s)",
)


class Codes:
    """Gives each code its number. A new one is written down at once, in a transaction of its own: a flush that falls takes none with it."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._sources: dict[str, int] = {}
        self._projects: dict[str, int] = {}

    def sources(self, codes: Iterable[str]) -> dict[str, int]:
        """The numbers of these sources; the dictionary may hold others too."""
        wanted = set(codes)
        self._sources = _bounded(self._sources, wanted)
        return self._of(self._sources, wanted, _SOURCES)

    def projects(self, codes: Iterable[str]) -> dict[str, int]:
        """The numbers of these projects; the dictionary may hold others too."""
        wanted = set(codes)
        self._projects = _bounded(self._projects, wanted)
        return self._of(self._projects, wanted, _PROJECTS)

    def _of(
        self, known: dict[str, int], codes: set[str], statements: tuple[LiteralString, LiteralString]
    ) -> dict[str, int]:
        wanted = sorted(codes - known.keys())
        if wanted:
            insert, select = statements
            found = dict(self.conn.execute(select, (wanted,)).fetchall())
            if len(found) < len(wanted):
                self.conn.execute(insert, ([code for code in wanted if code not in found],))
                found = dict(self.conn.execute(select, (wanted,)).fetchall())
            known.update(found)
        return known


def _bounded(known: dict[str, int], codes: set[str]) -> dict[str, int]:
    """`known`, or an empty one where it is full: whoever still writes by the old one keeps it whole."""
    return known if len(known) + len(codes) <= KEPT else {}
