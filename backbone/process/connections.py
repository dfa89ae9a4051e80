"""Connections of the processes that write: a paused process may not hold what its successor needs.

A process that is stopped in the middle of a transaction (a paused machine, SIGSTOP) keeps its row locks for as long as its socket lives,
and whoever takes its partitions over would wait for them. So the server ends such a session, and the fence sees to the rest.
"""

from __future__ import annotations

from typing import Any

import psycopg

IDLE_SECONDS = 5
"""So long may a transaction wait for its own client; the longest pause between two statements of ours is well under a second."""
TRANSACTION_SECONDS = 60
"""So long may a transaction take in all, statements that wait for the client (COPY) included."""
OPTIONS = f"-c idle_in_transaction_session_timeout={IDLE_SECONDS}s -c transaction_timeout={TRANSACTION_SECONDS}s"
OUTAGES = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.TransactionTimeout,
)
"""What says that the connection or the server is gone, and nothing of what was asked: connect anew and ask again."""


def connect(database: str) -> psycopg.Connection[Any]:
    """A connection in autocommit whose transactions the server ends when this process is paused in one."""
    return psycopg.connect(database, autocommit=True, options=OPTIONS)
