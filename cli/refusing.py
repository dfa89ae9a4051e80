"""How a command of the local runtime says that it can't: one sentence on standard error, exit status 1."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import typer


@contextmanager
def refusing() -> Generator[None]:
    """Turn a Refused of the block into its sentence and exit status 1."""
    from deploy.local.refusal import Refused

    try:
        yield
    except Refused as refused:
        typer.echo(f"jixiao: {refused}", err=True)
        raise typer.Exit(1) from None


def progress(sentence: str) -> None:
    """A step that is done, on standard error."""
    typer.echo(f"· {sentence}", err=True)
