"""`jixiao down`: stop what `jixiao up` started, the services first; the data stay."""

from __future__ import annotations

import typer

from cli.refusing import progress, refusing


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "down", help="停止本机运行的全部进程，数据保留 · Stop everything that `jixiao up` started; the data stay."
    )(down)


def down() -> None:
    """Stop the local runtime."""
    from backbone.process.settings import runtime_file
    from deploy.local.runtime import Runtime

    home = runtime_file().parent
    if not home.is_dir():
        progress(f"nothing is running: there is no {home}")
        return
    with refusing():
        runtime = Runtime(home)
        progress("stopped" if runtime.stop(progress) else f"nothing is running in {runtime.home}")
