"""Connections of the processes that write: a paused process may not hold what its successor needs.

A process that is stopped in the middle of a transaction (a paused machine, SIGSTOP) keeps its row locks for as long as its socket lives,
and whoever takes its partitions over would wait for them. So the server ends such a session, and the fence sees to the rest.
"""

from __future__ import annotations

from typing import Any

import psycopg

IDLE_SECONDS = 5
"""So long may a transaction of a worker, or one that holds the service's lock, wait for its own client; between two statements of ours
pass milliseconds."""
READING_SECONDS = 60
"""So long may one of an API: a large report is made between two statements."""
OUTAGES = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.TransactionTimeout,
)
"""What says that the connection or the server is gone, and nothing of what was asked: connect anew and ask again. `NOT_HELD` comes before
it: to psycopg a value that is too long for an index is an operational error too."""
NOT_HELD = (psycopg.DataError, psycopg.errors.ProgramLimitExceeded)
"""What says that PostgreSQL can't hold a value: the fault of what was asked, however often it is asked again."""


SILENT_SECONDS = 10
"""So long may the other machine be silent before a connection to it counts as gone: one that lost its power never says farewell."""


def options(seconds: int) -> dict[str, Any]:
    """libpq's parameters of a connection whose transactions may wait so long for their client, and that sees when the server is gone."""
    return {
        "options": f"-c idle_in_transaction_session_timeout={seconds}s",
        "connect_timeout": SILENT_SECONDS,
        "keepalives_idle": SILENT_SECONDS // 2,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": SILENT_SECONDS * 1000,
    }


def connect(database: str) -> psycopg.Connection[Any]:
    """A worker's connection, in autocommit; the server ends it where this process is paused in a transaction."""
    return psycopg.connect(database, autocommit=True, **options(IDLE_SECONDS))
