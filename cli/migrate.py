"""`jixiao migrate [SERVICE…]`: bring the services' databases up to date, as their owners."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.refusing import needing_servers
from cli.serve import ServiceName


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("migrate", help="升级各服务的数据库 · Bring the services' databases up to date.")(migrate)


def migrate(
    services: Annotated[
        list[ServiceName] | None, typer.Argument(help="哪些服务；不写则全部 · which services; all where none is named")
    ] = None,
) -> None:
    """Apply the migrations that a database does not have yet."""
    from backbone.process.settings import settings
    from backbone.record.migrate import migrate as apply

    for service in services or list(ServiceName):
        with needing_servers():
            applied = apply(service.value, settings().database_of(service.value, owner=True))
        typer.echo(f"{service.value}: {applied} applied" if applied else f"{service.value}: up to date", err=True)
