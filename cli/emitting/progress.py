"""How far it is, on standard error: a bar where that is a terminal, a line now and then where it is not."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

EVERY = 5.0
"""Seconds between two lines where no terminal is."""


class Progress(Protocol):
    """Told how far the reading and the sending are."""

    def reading(self, share: float, rows: int) -> None: ...

    def sending(self, sent: int, of: int) -> None: ...


@contextmanager
def progress(*, quiet: bool) -> Generator[Progress]:
    """The progress to tell; with `quiet` it says nothing."""
    if quiet:
        yield _Silent()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bar() as bar:
            yield bar
    else:
        yield _Lines()


class _Silent:
    def reading(self, share: float, rows: int) -> None:
        pass

    def sending(self, sent: int, of: int) -> None:
        pass


class _Lines:
    def __init__(self) -> None:
        self._said = time.monotonic()

    def reading(self, share: float, rows: int) -> None:
        self._say(f"读取 reading {share:.0%} · {rows:,}")

    def sending(self, sent: int, of: int) -> None:
        self._say(f"发送 sending {sent / of:.0%} · {sent:,} / {of:,}")

    def _say(self, line: str) -> None:
        now = time.monotonic()
        if now - self._said >= EVERY:
            self._said = now
            print(line, file=sys.stderr, flush=True)


@contextmanager
def _bar() -> Generator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        reading = bars.add_task("读取 reading", total=1.0, count="")
        sending = bars.add_task("发送 sending", total=1.0, count="", visible=False)

        class Bars:
            def reading(self, share: float, rows: int) -> None:
                bars.update(reading, completed=share, count=f"{rows:,}")

            def sending(self, sent: int, of: int) -> None:
                bars.update(sending, completed=sent / of, count=f"{sent:,} / {of:,}", visible=True)

        yield Bars()
