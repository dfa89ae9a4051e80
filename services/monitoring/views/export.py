"""What leaves for other programs: the ledger, the judgements, the deviations, row by row from one snapshot; memory does not grow with
them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

from psycopg.rows import dict_row

from backbone.record.events import Connection
from backbone.record.snapshot import at_one_moment
from services.monitoring.views.statements import Row, statement

What = Literal["ledger", "judgements", "deviations"]
AT_ONCE = 5_000
"""Rows fetched at once."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows: of a source (the ledger alone), of a fiscal year, of a project, of a unit and its subordinates, since a day. The unit is
    the paying one in the ledger, else the one that answers for the project."""

    source: str | None = None
    year: int | None = None
    project: str | None = None
    unit: str | None = None
    since: date | None = None


def export(conn: Connection, what: What, chosen: Chosen) -> Iterator[Row]:
    """The rows, money in minor units."""
    with at_one_moment(conn), conn.cursor("export", row_factory=dict_row) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(statement(f"export_{what}"), asdict(chosen))
        yield from cursor
