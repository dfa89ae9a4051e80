"""PostgreSQL for simulations: real, with nothing kept on disk for long, its databases emptied between two runs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg import sql

from backbone.record.events import Connection
from backbone.record.migrate import migrate
from deploy.local import databases, postgres
from deploy.local.account import account_for
from tests.simulation.database import Database, SimulatedConnection
from tests.simulation.services import prepare

SERVICES = ("goals", "monitoring")
QUICK = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "deadlock_timeout=1h",
    "autovacuum_naptime=20s", "max_connections=100", "scram_iterations=1", "jit=off", "plan_cache_mode=force_generic_plan",
    "max_parallel_workers_per_gather=0",
)  # fmt: skip
"""A run never looks at what a power failure leaves; and who waits for whom is decided by the scheduler, never by a clock."""


@dataclass(frozen=True)
class Made:
    """The services' databases: as the service, and as the owner who rebuilds and empties."""

    urls: dict[str, str]

    def by_socket(self, folder: Path, port: int) -> Made:
        """The same by the server's Unix socket, which costs a statement less than TCP does."""
        socket_ = f"@{quote(str(folder), safe='')}:{port}"
        return Made({name: url.replace(f"@127.0.0.1:{port}", socket_) for name, url in self.urls.items()})

    def open(self) -> dict[str, Database]:
        """Connections to them, for one process of runs."""
        lent: dict[str, list[SimulatedConnection]] = {service: [] for service in SERVICES}
        return {name: Database(name.split()[0], url, lent[name.split()[0]]) for name, url in self.urls.items()}


@contextmanager
def server(processes: int) -> Generator[list[Made]]:
    """A server with databases for so many processes that run at once."""
    with tempfile.TemporaryDirectory(prefix="simulation-", dir=_quick_folder()) as name:
        folder = Path(name) / "postgres"
        account = account_for(folder)
        postgres.prepare(folder, account)
        with (folder / "pg_hba.conf").open("a") as access:
            access.write("local all all scram-sha-256\n")
        port = _free_port()
        settings = (*QUICK, f"unix_socket_directories={folder}")
        command = [
            *postgres.command(folder, port, account),
            *(part for setting in settings for part in ("-c", setting)),
        ]
        with (Path(name) / "log").open("wb") as log:
            running = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            admin = postgres.admin_url(folder, port)
            postgres.wait(admin)
            known = databases.provision(admin)
            made = [_made(admin, known, f"_{number}") for number in range(processes)]
            yield [each.by_socket(folder, port) for each in made]
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(30)


class Broom:
    """Empties the databases of one process of runs."""

    def __init__(self, made: dict[str, Database]) -> None:
        self._owners = [made[f"{service} owner"].control for service in SERVICES]
        for owner in self._owners:
            owner.execute(_sweeping(owner))

    def sweep(self) -> None:
        """Leave nothing of the run before."""
        for owner in self._owners:
            owner.execute("select pg_temp.sweep()")


def _sweeping(owner: Connection) -> sql.Composed:
    """A function that empties: its statements are planned once, which costs a seventh of sending them as text."""
    tables = owner.execute(
        "select schemaname, tablename from pg_tables where schemaname in ('record', 'read', 'ledger') and tablename <> 'relay_cursor'"
    ).fetchall()
    deletes = [sql.SQL("delete from {};").format(sql.Identifier(*table)) for table in tables]
    return sql.SQL(
        "create or replace function pg_temp.sweep() returns void language plpgsql as $$ begin {}"
        " update record.relay_cursor set position = 0 where position <> 0; end $$"
    ).format(sql.SQL(" ").join(deletes))


def _made(admin: str, known: dict[str, str], suffix: str) -> Made:
    addresses = databases.provision(admin, known, suffix=suffix)
    urls: dict[str, str] = {}
    for service in SERVICES:
        owner = addresses[f"{service}_owner_database"]
        migrate(service, owner)
        prepare(owner)
        urls[service], urls[f"{service} owner"] = addresses[f"{service}_database"], owner
    return Made(urls)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _quick_folder() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
