"""`jixiao serve SERVICE api|worker`: one process of a service, in the foreground."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.refusing import needing_servers


class ServiceName(StrEnum):
    """The four services."""

    goals = "goals"
    monitoring = "monitoring"
    evaluation = "evaluation"
    publishing = "publishing"


class ProcessName(StrEnum):
    """A service's two processes."""

    api = "api"
    worker = "worker"


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("serve", help="在前台运行一个服务的一个进程 · Run one process of a service in the foreground.")(serve)


def serve(
    service: Annotated[ServiceName, typer.Argument(help="哪个服务 · which service")],
    process: Annotated[ProcessName, typer.Argument(help="接口与页面，或后台进程 · its API and pages, or its worker")],
) -> None:
    """Run one process of a service until it is told to stop."""
    from importlib import import_module

    from backbone.process.logs import configure
    from backbone.process.settings import settings

    found = settings()
    configure(service.value, process.value, level=found.log_level, form=found.log_format)
    module = import_module(f"services.{service.value}.app")
    if process is ProcessName.worker:
        from backbone.kafka.worker import Worker

        with needing_servers():
            worker = Worker(module.service(found), found)
        raise typer.Exit(worker.run())
    import uvicorn

    port = found.port_of(service.value, "api")
    with needing_servers():
        api = module.api(found)
    uvicorn.run(api, host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=5)
