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


def options(seconds: int) -> str:
    """libpq's options of a connection whose transactions may wait so long for their client."""
    return f"-c idle_in_transaction_session_timeout={seconds}s"


def connect(database: str) -> psycopg.Connection[Any]:
    """A worker's connection, in autocommit; the server ends it where this process is paused in a transaction."""
    return psycopg.connect(database, autocommit=True, options=options(IDLE_SECONDS))
