"""`jixiao doctor`: looks at everything that the local runtime needs; a sentence each, and a hint where something is amiss."""

from __future__ import annotations

import json as form
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

GIB = 1024**3


class Finding(NamedTuple):
    """What one look found: `well`, `advice` (works, but…) or `broken`."""

    state: str
    sentence: str
    hint: str = ""


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "doctor",
        help="检查本机运行条件 · Check all that the local runtime needs; exit status 1 when something is broken.",
    )(doctor)


def doctor(json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")] = False) -> None:
    """Check Python, memory, disk, user, jars, ports and servers."""
    found = [finding for look in (_python, _memory, _disk, _user, _jars, _ports, _servers) for finding in _safely(look)]
    if json:
        typer.echo(form.dumps([finding._asdict() for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            sign, colour = {"well": ("✓", "green"), "advice": ("!", "yellow"), "broken": ("✗", "red")}[finding.state]
            plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
            typer.echo(f"{sign if plain else typer.style(sign, fg=colour)} {finding.sentence}")
            if finding.hint:
                typer.echo(f"  → {finding.hint}")
    raise typer.Exit(1 if any(finding.state == "broken" for finding in found) else 0)


def _safely(look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """A look that fails is a finding too."""
    from deploy.local.refusal import Refused

    try:
        return list(look())
    except Refused as refused:
        return [Finding("broken", str(refused))]


def _python() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        yield Finding("well", f"Python {version}")
    else:
        yield Finding(
            "broken", f"Python {version} is not supported", "make the environment anew with Python 3.11, 3.12 or 3.13"
        )


def _memory() -> Iterator[Finding]:
    import psutil

    free = psutil.virtual_memory().available / GIB
    hint = "Kafka, PostgreSQL and eight processes take about 1.5 GiB: end other programs first"
    state = "well" if free >= 2 else "advice" if free >= 1 else "broken"
    yield Finding(state, f"{free:.1f} GiB of memory available", "" if state == "well" else hint)


def _disk() -> Iterator[Finding]:
    home = _home()
    place = next(above for above in (home, *home.parents) if above.is_dir())
    free = shutil.disk_usage(place).free / GIB
    state = "well" if free >= 5 else "advice" if free >= 1 else "broken"
    yield Finding(
        state,
        f"{free:.1f} GiB of disk free for {home}",
        "" if state == "well" else "make room, or set JIXIAO_HOME to another disk",
    )
    if not os.access(place, os.W_OK):
        yield Finding("broken", f"{place} may not be written", "set JIXIAO_HOME to a folder of yours")


def _user() -> Iterator[Finding]:
    if "JIXIAO_DATABASE" in os.environ:
        return
    from deploy.local import postgres
    from deploy.local.account import account_for

    postgres.installed()
    account = account_for(_home() / "postgres")
    how = f"by `{account.prefix[0]}`" if account.prefix else "as the user who asks"
    yield Finding("well", f"PostgreSQL can be run here: {how}")


def _jars() -> Iterator[Finding]:
    from deploy.local import artifacts

    sets = [name for name in artifacts.read_lock() if name == "kafka" or name.startswith("assets.")]
    if absent := artifacts.missing(*sets):
        yield Finding(
            "advice", f"{len(absent)} jars are not fetched yet", "`jixiao up` fetches them; it needs the network then"
        )
        return
    yield Finding("well", f"{len(artifacts.fetch(*sets))} jars are there, each as its sha256 says")


def _ports() -> Iterator[Finding]:
    from backbone.process.settings import Settings, settings
    from deploy.local import ports
    from deploy.local.runtime import Runtime

    if Runtime(_home()).running():
        yield Finding("well", f"the runtime in {_home()} is running")
        return
    for name, field in Settings.model_fields.items():
        if name.endswith("_port"):
            variable = f"JIXIAO_{name.upper()}"
            number: int = getattr(settings(), name) if variable in os.environ else int(str(field.default))
            if not ports.is_free(number):
                state = "broken" if variable in os.environ else "advice"
                yield Finding(
                    state,
                    f"port {number} ({name}) is in use",
                    f"set {variable}" if state == "broken" else "the next free one will be taken",
                )


def _servers() -> Iterator[Finding]:
    from backbone.process.settings import settings
    from deploy.local import broker, databases, postgres
    from deploy.local.refusal import Refused
    from deploy.local.runtime import Runtime

    running = Runtime(_home()).running()
    database = settings().database
    if database is not None and (running or "JIXIAO_DATABASE" in os.environ):
        try:
            postgres.wait(database.get_secret_value(), seconds=3)
            yield Finding("well", f"PostgreSQL answers at {databases.place(database.get_secret_value())}")
        except Refused as refused:
            yield Finding("broken", str(refused), "see `jixiao logs postgres`, or check JIXIAO_DATABASE")
    if running or "JIXIAO_KAFKA" in os.environ:
        try:
            broker.wait(settings().kafka, seconds=3)
            yield Finding("well", f"Kafka answers at {settings().kafka}")
        except Refused as refused:
            yield Finding("broken", str(refused), "see `jixiao logs kafka`, or check JIXIAO_KAFKA")


def _home() -> Path:
    from backbone.process.settings import runtime_file

    return runtime_file().parent.absolute()
