"""What a question has read: one that walks along indexes reads no row of a large table in sequence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


@contextmanager
def rows_in_sequence(conn: psycopg.Connection[Any], *tables: str) -> Iterator[Counter[str]]:
    """Rows of each table that sequential scans have read inside the block, known after it; a table of which none was read is left out."""
    read: Counter[str] = Counter()
    with conn.transaction():
        before = _so_far(conn, tables)
        yield read
        read.update(_so_far(conn, tables) - before)


def _so_far(conn: psycopg.Connection[Any], tables: tuple[str, ...]) -> Counter[str]:
    """PostgreSQL counts on over a session's transactions until it has reported them, so only differences inside one mean something."""
    asked = "select name, pg_stat_get_xact_tuples_returned(name::regclass) from unnest(%s::text[]) as name"
    return Counter(dict(conn.execute(asked, (list(tables),)).fetchall()))
