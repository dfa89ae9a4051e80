"""`jixiao logs [-f] [PROCESS…]`: what the processes wrote, for reading; a JSON line becomes time, level, process, sentence, fields."""

from __future__ import annotations

import heapq
import json
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, cast

import typer

COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "31;1"}
ASIDE = ("timestamp", "level", "event", "service", "process", "exception")


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("logs", help="查看各进程日志 · What the processes wrote, for reading.")(logs)


def logs(
    processes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PROCESS]…",
            help="如 goals-worker、kafka；不写即全部 · such as goals-worker or kafka; all where none is named",
        ),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="持续显示 · go on as they write")] = False,
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, help="每个进程先显示多少行 · lines of each process to begin with")
    ] = 20,
) -> None:
    """Print the last lines of each log, in the order of time, and with -f what comes after."""
    from backbone.process.settings import runtime_file

    folder = runtime_file().parent / "logs"
    files = {file.stem: file for file in sorted(folder.glob("*.log"))}
    unknown = [name for name in processes or () if name not in files]
    if unknown or not files:
        known = f"there are {', '.join(files)}" if files else f"there is no log in {folder}: nothing has run here yet"
        typer.echo(f"jixiao: {known}" if not unknown else f"jixiao: no log of {', '.join(unknown)}; {known}", err=True)
        raise typer.Exit(1)
    chosen = {name: file for name, file in files.items() if not processes or name in processes}
    try:
        tails = {name: _Tail(file) for name, file in chosen.items()}
        last = [[(_time(line), name, line) for line in tail.last(lines)] for name, tail in tails.items()]
        for _, name, line in heapq.merge(*last):
            typer.echo(_readable(name, line))
        while follow:
            for name, tail in tails.items():
                for line in tail.more():
                    typer.echo(_readable(name, line))
            time.sleep(0.3)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.stderr.close()


class _Tail:
    """One log file, read on from where it was left; a file that was rotated begins anew."""

    def __init__(self, path: Path) -> None:
        self.path, self.place, self.node = path, 0, 0

    def last(self, count: int) -> list[str]:
        return list(deque(self.more(), maxlen=count))

    def more(self) -> Iterator[str]:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return
        if found.st_ino != self.node or found.st_size < self.place:
            self.place, self.node = 0, found.st_ino
        with self.path.open("rb") as file:
            file.seek(self.place)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self.place += len(line)
                yield line.decode("utf-8", "replace").rstrip()


def _time(line: str) -> str:
    """What lines are ordered by: an ISO time at the front or in the JSON; a line without one stays behind its predecessor."""
    fields = _fields(line)
    return str(fields.get("timestamp", "")) if fields else line[:23].replace(" ", "T").replace(",", ".")


def _readable(name: str, line: str) -> str:
    fields = _fields(line)
    if fields is None:
        return f"{_paint(f'{name:<18}', '36')} {line}"
    level = str(fields.get("level", ""))
    rest = " ".join(f"{_paint(key, '2')}={value}" for key, value in fields.items() if key not in ASIDE)
    when = str(fields.get("timestamp", ""))[11:23]
    front = f"{_paint(f'{name:<18}', '36')} {when:<12} {_paint(f'{level:<7}', COLOURS.get(level, '0'))}"
    text = f"{front} {fields.get('event', '')} {rest}".rstrip()
    return text + (f"\n{fields['exception']}" if "exception" in fields else "")


def _fields(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _paint(text: str, colour: str) -> str:
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    return text if plain else f"\x1b[{colour}m{text}\x1b[0m"
