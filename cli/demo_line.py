"""The last line of `jixiao demo --check` on standard output: one JSON object for machines, however the check ends."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

SAID = ("amount_ledger", "projects", "deviations", "suspended", "published")
"""What the services themselves said, beside `vouchers`."""


class LastLine:
    """What is known of the check so far; null where it broke off before."""

    def __init__(self, since: float) -> None:
        self.ok = False
        self._since = since
        self._amount_in: str | None = None
        self._figures: Mapping[str, Any] = {}
        self._seconds: float | None = None

    def planted(self, amount: str) -> None:
        """The sum of all planted vouchers, in yuan."""
        self._amount_in = amount

    def compared(self, figures: Mapping[str, Any], *, ok: bool) -> None:
        """The services' own figures, and whether every one was as planted. What comes after this takes no time of the check."""
        self._figures, self.ok, self._seconds = figures, ok, time.monotonic() - self._since

    def text(self) -> str:
        """The line, without its end."""
        seconds = time.monotonic() - self._since if self._seconds is None else self._seconds
        return json.dumps(
            {
                "ok": self.ok,
                "vouchers": self._figures.get("vouchers"),
                "amount_in": self._amount_in,
                **{name: self._figures.get(name) for name in SAID},
                "seconds": round(seconds, 1),
            }
        )


@contextmanager
def line_at_the_end(since: float) -> Generator[LastLine]:
    """Print the line when the block ends, whatever ended it; where that was no comparison without a difference, exit status 1.

    `since` is `time.monotonic()` at the start of the command.
    """
    line = LastLine(since)
    try:
        yield line
        if not line.ok:  # Ctrl-C stops the year in order, and that is no end of a check
            raise typer.Exit(1)
    except KeyboardInterrupt:  # a second Ctrl-C, or one before there was anything to stop
        line.ok = False
        raise typer.Exit(1) from None
    except BaseException:
        line.ok = False
        raise
    finally:
        typer.echo(line.text())
