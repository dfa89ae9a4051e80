"""Rebuild: empty the read models and apply every recorded event again, offline, in one transaction as the owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psycopg import sql

from backbone.record.events import COLUMNS, Connection, Record

PAGE = 2_000


def rebuild(conn: Connection, record: Record, progress: Callable[[int], None] = lambda applied: None) -> int:
    """Apply the whole record to emptied read models (schema `read`); returns how many events were applied.

    Runs in one transaction under the service's lock: who reads sees the old figures until the new ones are there.
    """
    with conn.transaction():
        conn.execute("set local search_path to read, record")
        conn.execute("select pg_advisory_xact_lock(%s)", (record.lock,))
        tables = [
            row[0] for row in conn.execute("select tablename from pg_tables where schemaname = 'read' order by 1")
        ]
        for table in tables:
            conn.execute(sql.SQL("delete from {}").format(sql.Identifier("read", table)))
        applied = position = 0
        while rows := _page(conn, position):
            with conn.pipeline():
                for row in rows:
                    record.apply(conn, record.read(row))
            applied += len(rows)
            position = rows[-1][0]
            progress(applied)
    return applied


def _page(conn: Connection, position: int) -> list[tuple[Any, ...]]:
    return conn.execute(
        f"select {COLUMNS} from record.event where position > %s order by position limit %s",  # noqa: S608
        (position, PAGE),
    ).fetchall()
