"""Migrations: numbered SQL files of the backbone and of the service, applied as the database's owner."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

import psycopg
from yoyo import get_backend, read_migrations
from yoyo.backends import DatabaseBackend

ONE_AT_A_TIME = crc32(b"jixiao migration")
"""Key of the advisory lock of whoever changes the tables of a database: a migration, or a rebuild."""


def migrate(service: str, owner_url: str) -> int:
    """Bring the service's database up to date; returns how many migrations were applied. `owner_url` logs in as its owner."""
    address = urlsplit(owner_url)._replace(scheme="postgresql+psycopg").geturl()
    joiner = "&" if "?" in address else "?"
    backend: DatabaseBackend = get_backend(
        f"{address}{joiner}options=-c%20jixiao.role%3Djixiao_{service}", migration_table="yoyo_migration"
    )
    applied = 0
    # yoyo's own lock is a row, which stays behind when a migration is killed; an advisory lock goes with its connection.
    with psycopg.connect(owner_url, autocommit=True) as guard:
        guard.execute("select pg_advisory_lock(%s)", (ONE_AT_A_TIME,))
        backend.ensure_internal_schema_updated()
        for folder in (_folder("backbone.record"), _folder(f"services.{service}")):
            for migration in backend.to_apply(read_migrations(str(folder))):
                # Applied and marked in one transaction: what was killed in between is not applied again on top of itself.
                with backend.transaction():
                    migration.process_steps(backend, "apply")
                    backend.mark_one(migration, log=False)
                applied += 1
    backend.connection.close()
    return applied


def _folder(package: str) -> Path:
    return Path(str(resources.files(package))) / "schema"
