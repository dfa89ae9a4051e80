"""The statements of the views: each a file of its own, read once; values are bound."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from psycopg.rows import dict_row

from backbone.record.events import Connection

Row = dict[str, Any]


def rows(conn: Connection, name: str, **bound: Any) -> list[Row]:
    """The rows of the statement `views/{name}.sql`."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement(name), bound).fetchall()


@cache
def statement(name: str) -> bytes:
    """The text of a statement."""
    return (resources.files("services.monitoring") / "views" / f"{name}.sql").read_bytes()
