"""`jixiao status`: each process, and of each service how far it lags behind and what waits for a person."""

from __future__ import annotations

import json as form
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import typer

from cli.refusing import refusing


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("status", help="各进程状态、积压与死信 · Each process, lag in events and seconds, dead letters.")(
        status
    )


def status(json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")] = False) -> None:
    """Show what runs; exit status 1 when something does not."""
    from backbone.process.settings import SERVICES, runtime_file
    from deploy.local.runtime import Runtime

    with refusing():
        runtime = Runtime(runtime_file().parent)
        running, processes = runtime.running(), runtime.processes()
        there = {entry["process"] for entry in processes}
        asked = [service for service in SERVICES if not running or f"{service}-api" in there]
        with ThreadPoolExecutor(4) as pool:
            services = dict(zip(asked, pool.map(_service, asked), strict=True))
    alive = running and all(entry["state"] == "running" for entry in processes)
    well = alive and all("problem" not in entry for entry in services.values())
    if json:
        found = {"running": running, "well": well, "home": str(runtime.home)}
        typer.echo(form.dumps(found | {"processes": processes, "services": services}))
    else:
        _print(str(runtime.home), running, processes, services)
    raise typer.Exit(0 if well else 1)


def _service(service: str) -> dict[str, Any]:
    """What the service's API says of itself."""
    import httpx2

    from backbone.process.settings import settings

    address = f"http://127.0.0.1:{settings().port_of(service, 'api')}/status"
    try:
        answer = httpx2.get(address, timeout=5)
        answer.raise_for_status()
        return answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        return {"service": service, "problem": f"{address} does not answer ({type(error).__name__})"}


def _print(home: str, running: bool, processes: list[dict[str, Any]], services: dict[str, dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if os.isatty(1) else 160, highlight=False)
    console.print(
        f"运行中 · running in {home}" if running else f"未运行 · nothing runs in {home}: `jixiao up` starts it"
    )
    if processes:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("进程 · process", "状态 · state", "pid", "已运行 · up for"):
            table.add_column(heading)
        for entry in processes:
            colour = "green" if entry["state"] == "running" else "red"
            table.add_row(
                entry["process"], f"[{colour}]{entry['state']}[/]", str(entry["pid"] or "—"), _span(entry["seconds"])
            )
        console.print(table)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        "服务 · service",
        "积压 · lag",
        "秒 · seconds",
        "待发 · unsent",
        "死信 · dead letters",
        "搁置 · parked",
        "日期 · day",
    ):
        table.add_column(heading)
    for name, entry in services.items():
        if "problem" not in entry:
            dead = entry["dead_letters"]
            lag = (str(entry["lag_events"]), f"{entry['lag_seconds']:.1f}", str(entry["relay_backlog"]))
            table.add_row(name, *lag, f"[red]{dead}[/]" if dead else "0", str(entry["parked"]), entry["day"] or "—")
    if table.row_count:
        console.print(table)
    if running:
        for name, entry in services.items():
            if "problem" in entry:
                console.print(f"[red]{name}: {entry['problem']}[/]")
    for name, entry in services.items():
        for change in entry.get("topic_changes", ()):
            console.print(f"{name}: {change}", style="red", markup=False)


def _span(seconds: int | None) -> str:
    if seconds is None:
        return "—"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
