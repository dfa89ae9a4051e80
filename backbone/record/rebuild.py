"""Rebuild: make the read models again from the record while the service serves, beside those in use, and put them in their place.

The record is applied to the schema `read_next` page by page, each in a transaction of its own. Once little is left, one short transaction
takes the service's lock, applies the rest and gives the schema the name `read`. Until then everybody reads and writes the old read models;
a rebuild that is ended before leaves them in use, and the next one begins anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any

import psycopg
from psycopg import sql

from backbone.process import connections
from backbone.record.events import COLUMNS, Connection, Record
from backbone.record.migrate import ONE_AT_A_TIME

PAGE = 2_000
LITTLE = 100
"""So few events are left to be applied under the service's lock; what is recorded meanwhile comes to them."""
PATIENCE_SECONDS = 0.2
"""So long until it is tried again where somebody reads at one snapshot."""


class NotAlike(Exception):
    """The schema `read` is, or holds, something that is not made again with its tables: a view, a trigger, a key from elsewhere."""


def rebuild(conn: Connection, record: Record, progress: Callable[[int], None] = lambda applied: None) -> int:
    """Apply the whole record to new read models and put them in the place of the old ones; returns how many events were applied.

    `conn` is the owner's, in autocommit; one rebuild or migration runs at a time. NotAlike where the schema can't be made again.
    """
    with _alone(conn):
        conn.execute(_text("beside.sql"))
        if differing := _description(conn, "read") ^ _description(conn, "read_next"):
            raise NotAlike("; ".join(sorted(differing)))
        models = _ReadModels(conn, record, progress)
        models.catch_up()
        _analyze(conn)
        models.catch_up()
        while not models.put_in_place():
            time.sleep(PATIENCE_SECONDS)
            models.catch_up()
        conn.execute("drop schema read_before cascade")
    return models.applied


@dataclass
class _ReadModels:
    """The read models being made: how many events are applied to them, and the position of the last."""

    conn: Connection
    record: Record
    progress: Callable[[int], None]
    applied: int = 0
    position: int = 0

    def catch_up(self) -> None:
        """Apply what is recorded, until a page finds little: applying an event takes less than deciding and appending it."""
        found = PAGE
        while found > LITTLE:
            with self.conn.transaction():
                found = self._apply_page()

    def put_in_place(self) -> bool:
        """Apply the rest under the service's lock and change the names; False where somebody reads at one snapshot just now.

        Such a reader would find by the old name tables whose rows its snapshot does not know.
        """
        try:
            with self.conn.transaction():
                self.conn.execute("lock table record.rebuild in access exclusive mode nowait")
                self.conn.execute(
                    "select set_config('idle_in_transaction_session_timeout', %s, true), pg_advisory_xact_lock(%s)",
                    (f"{connections.IDLE_SECONDS}s", self.record.lock),
                )
                while self._apply_page():
                    pass
                self.conn.execute(
                    "insert into record.rebuild (position, events) values (%s, %s)", (self.position, self.applied)
                )
                self.conn.execute("alter schema read rename to read_before")
                self.conn.execute("alter schema read_next rename to read")
        except psycopg.errors.LockNotAvailable:
            return False
        return True

    def _apply_page(self) -> int:
        """Apply the next page in the open transaction; how many events it had."""
        self.conn.execute("set local search_path to read_next, record")
        rows = _page(self.conn, self.position)
        with self.conn.pipeline():
            for row in rows:
                self.record.apply(self.conn, self.record.read(row))
        if rows:
            self.applied += len(rows)
            self.position = rows[-1][0]
            self.progress(self.applied)
        return len(rows)


@contextmanager
def _alone(conn: Connection) -> Generator[None]:
    """Keep other rebuilds and migrations of this database waiting; whoever is killed lets them go on."""
    conn.execute("select pg_advisory_lock(%s)", (ONE_AT_A_TIME,))
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute("select pg_advisory_unlock(%s)", (ONE_AT_A_TIME,))


def _analyze(conn: Connection) -> None:
    """Count the rows before anybody asks: queries are planned by that."""
    tables = conn.execute("select tablename from pg_tables where schemaname = 'read_next' order by 1").fetchall()
    if tables:
        named = sql.SQL(", ").join(sql.Identifier("read_next", table) for (table,) in tables)
        conn.execute(sql.SQL("analyze {}").format(named))


def _description(conn: Connection, schema: str) -> set[str]:
    """All that a schema is, but its rows: a line each."""
    return {row[0] for row in conn.execute(_text("described.sql"), {"schema": schema})}


def _page(conn: Connection, position: int) -> list[tuple[Any, ...]]:
    return conn.execute(
        f"select {COLUMNS} from record.event where position > %s order by position limit %s",  # noqa: S608
        (position, PAGE),
    ).fetchall()


def _text(file: str) -> bytes:
    return (resources.files("backbone.record") / file).read_bytes()
