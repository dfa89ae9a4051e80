"""Migrations: numbered SQL files of the backbone and of the service, applied as the database's owner."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from yoyo import get_backend, read_migrations
from yoyo.backends import DatabaseBackend


def migrate(service: str, owner_url: str) -> int:
    """Bring the service's database up to date; returns how many migrations were applied. `owner_url` logs in as its owner."""
    address = urlsplit(owner_url)._replace(scheme="postgresql+psycopg").geturl()
    joiner = "&" if "?" in address else "?"
    backend: DatabaseBackend = get_backend(
        f"{address}{joiner}options=-c%20jixiao.role%3Djixiao_{service}", migration_table="yoyo_migration"
    )
    applied = 0
    with backend.lock():
        for folder in (_folder("backbone.record"), _folder(f"services.{service}")):
            waiting = backend.to_apply(read_migrations(str(folder)))
            backend.apply_migrations(waiting)
            applied += len(waiting)
    backend.connection.close()
    return applied


def _folder(package: str) -> Path:
    return Path(str(resources.files(package))) / "schema"
