"""`jixiao rebuild SERVICE…`: empty a service's read models and apply its whole record to them again, offline."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.refusing import needing_servers
from cli.serve import ServiceName


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "rebuild", help="由事件重建读模型 · Empty read models and apply the whole record again; services stopped."
    )(rebuild)


def rebuild(
    services: Annotated[list[ServiceName], typer.Argument(help="哪些服务 · which services")],
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")] = False,
) -> None:
    """Rebuild read models from the record. Stop the services first (`jixiao down`), with the database left running or started alone."""
    import json as form
    from importlib import import_module

    import psycopg

    from backbone.process.settings import settings
    from backbone.record.rebuild import rebuild as apply_again

    applied: dict[str, int] = {}
    for service in services:
        module = import_module(f"services.{service.value}.app")
        with (
            needing_servers(),
            psycopg.connect(settings().database_of(service.value, owner=True), autocommit=True) as conn,
        ):
            applied[service.value] = apply_again(
                conn, module.RECORD, lambda done, name=service.value: _progress(name, done)
            )
            if hasattr(module, "rebuild_figures"):
                module.rebuild_figures(conn)
        typer.echo(f"{service.value}: {applied[service.value]} events applied", err=True)
    if json:
        typer.echo(form.dumps({"applied": applied}))


def _progress(service: str, applied: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{service}: {applied} …", err=True, nl=False)
