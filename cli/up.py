"""`jixiao up`: Kafka, PostgreSQL and the four services, here, in one folder; Ctrl-C stops all of it cleanly."""

from __future__ import annotations

import json as form
import signal
import time
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from cli.refusing import progress, refusing

if TYPE_CHECKING:
    from deploy.local.runtime import Runtime


class Days(StrEnum):
    """Whose days count."""

    system = "system"
    business = "business"


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("up", help="启动 Kafka、PostgreSQL 与四个服务 · Start Kafka, PostgreSQL and the four services.")(up)


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="就绪后即返回 · return when everything is ready")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="公开页面的端口 · port of the public page (else 8080 or the next free one)"
        ),
    ] = None,
    clock: Annotated[
        Days | None, typer.Option(help="system 或 business：以哪个时钟的日期为准 · whose days count")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="每页标注演示数据 · label every page 演示数据")] = False,
    servers: Annotated[
        bool, typer.Option("--servers", help="只启动 Kafka 与 PostgreSQL · Kafka and PostgreSQL alone")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="地址以 JSON 输出 · addresses as one JSON object")] = False,
) -> None:
    """Start what is not running, say where it is, and wait for Ctrl-C (or return at once with --detach)."""
    from backbone.process.settings import settings
    from deploy.local.runtime import AlreadyRunning, Runtime

    with refusing():
        # A folder keeps the clock and the label that it was started with: its data do not become real, nor its days the wall clock's.
        days = clock.value if clock else settings().clock
        runtime = Runtime(_home(), clock=days, demo=demo or settings().demo, processes=not servers, port=port)
        _first_counts(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        try:
            runtime.start(progress)
            _addresses(runtime, json)
            if not detach:
                _attend(runtime)
        except AlreadyRunning as running:
            progress(str(running))
            _addresses(runtime, json)
        except KeyboardInterrupt:
            runtime.stop(progress)
            progress("stopped")


def _home() -> Path:
    """This home; not the one that an earlier runtime.json may name."""
    from backbone.process.settings import runtime_file

    return runtime_file().parent


def _attend(runtime: Runtime) -> None:
    """Until somebody stops it; when the supervisor has died, end what it left behind and say so."""
    progress("Ctrl-C stops everything; the data stay")
    while runtime.running():
        time.sleep(1)
    if runtime.stop(progress):
        progress("the supervisor has died: what it left behind was ended; `jixiao up` starts again")
        raise typer.Exit(1)
    progress("stopped from elsewhere")


def _addresses(runtime: Runtime, json: bool) -> None:
    values, there = runtime.settings_values(), {entry["process"] for entry in runtime.processes()}
    shown = [name for name in ("publishing", "goals", "monitoring", "evaluation") if f"{name}-api" in there]
    found = {name: f"http://127.0.0.1:{values[f'{name}_port']}/" for name in shown} | {"kafka": values["kafka"]}
    if json:
        typer.echo(form.dumps(found | {"home": str(runtime.home)}))
        return
    for name, address in found.items():
        typer.echo(f"{'公开页面 · public page' if name == 'publishing' else f'{name:<22}'}  {address}")


def _first_counts(*signals: int) -> None:
    """A terminal that closes, or an orderly end from outside, counts as Ctrl-C; a second one does not break off the stopping."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in signals:
        signal.signal(number, interrupt)
