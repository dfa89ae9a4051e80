"""`jixiao rebuild SERVICE…`: make a service's read models again from its whole record, while it serves."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.refusing import needing_servers
from cli.serve import ServiceName


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "rebuild",
        help="由事件重建读模型，服务不停 · Make the read models again from the record, while the services serve.",
    )(rebuild)


def rebuild(
    services: Annotated[list[ServiceName], typer.Argument(help="哪些服务 · which services")],
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")] = False,
) -> None:
    """Make read models again from the record and put them in the place of the old ones in one moment; the services may go on. Exit 2
    where the schema holds something that is not made again so."""
    import json as form
    from importlib import import_module

    import psycopg

    from backbone.process.settings import settings
    from backbone.record.rebuild import NotAlike
    from backbone.record.rebuild import rebuild as apply_again

    applied: dict[str, int] = {}
    for service in services:
        module = import_module(f"services.{service.value}.app")
        with (
            needing_servers(),
            psycopg.connect(settings().database_of(service.value, owner=True), autocommit=True) as conn,
        ):
            try:
                applied[service.value] = apply_again(
                    conn, module.RECORD, lambda done, name=service.value: _progress(name, done)
                )
            except NotAlike as error:
                typer.echo(
                    f"{service.value}: 读模型未重建，现用的不变 · not rebuilt, the read models in use stay: {error}",
                    err=True,
                )
                raise typer.Exit(2) from None
            if hasattr(module, "rebuild_figures"):
                module.rebuild_figures(conn)
        typer.echo(f"{service.value}: {applied[service.value]} events applied", err=True)
    if json:
        typer.echo(form.dumps({"applied": applied}))


def _progress(service: str, applied: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{service}: {applied} …", err=True, nl=False)
