"""Reading everything as of one moment, over several statements."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from backbone.record.events import Connection


@contextmanager
def at_one_moment(conn: Connection) -> Generator[None]:
    """A transaction that reads everything as it is now, and writes nothing; `conn` is in autocommit.

    It locks `record.rebuild` before its snapshot is taken, so that no rebuild puts tables in place whose rows the snapshot does not know.
    """
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read, read only")
        conn.execute("lock table record.rebuild in access share mode")
        yield
