"""`jixiao config show`: every setting, its value, where the value comes from and what it is for; secrets are masked."""

from __future__ import annotations

import json as form
import os
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("show", help="列出每项设置及其来源 · Every setting and where its value comes from.")(show)
    app.add_typer(group, name="config", help="设置 · What this process is set to.")


def show(json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")] = False) -> None:
    """List the settings: name, value, source (environment, runtime file, default), description."""
    found = _found()
    if json:
        typer.echo(form.dumps(found, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("设置 · setting", "值 · value", "来源 · from", "说明 · what it is for"):
        table.add_column(heading, overflow="fold")
    for name, entry in found.items():
        table.add_row(
            name,
            str(entry["value"]),
            entry["source"],
            entry["description"],
            style="dim" if entry["source"] == "default" else "",
        )
    Console(soft_wrap=False, width=None if os.isatty(1) else 200).print(table)


def _found() -> dict[str, dict[str, Any]]:
    from backbone.process.settings import RuntimeFile, Settings, runtime_file, settings

    written = RuntimeFile(Settings)()
    found: dict[str, dict[str, Any]] = {}
    for name, field in Settings.model_fields.items():
        value = getattr(settings(), name)
        variable = f"JIXIAO_{name.upper()}"
        source = variable if variable in os.environ else str(runtime_file()) if name in written else "default"
        found[name] = {"value": _shown(value), "source": source, "description": field.description}
    return found


def _shown(value: Any) -> Any:
    """Passwords and keys are masked; of a database's address the place stays."""
    from pydantic import SecretStr

    if isinstance(value, SecretStr):
        address = urlsplit(value.get_secret_value())
        if not address.hostname:
            return "********"
        return f"{address.scheme}://{address.username}:********@{address.hostname}:{address.port}{address.path}"
    return str(value) if isinstance(value, Path) else value
