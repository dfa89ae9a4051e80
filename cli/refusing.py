"""How a command says that it can't: one sentence on standard error, exit status 1."""

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


@contextmanager
def needing_servers() -> Generator[None]:
    """`refusing`, for a command that needs what `jixiao up` starts: no address known, PostgreSQL or Kafka not answering."""
    import psycopg

    from backbone.process.settings import Unset
    from backbone.record.relay import NotDelivered
    from deploy.local.refusal import Refused

    with refusing():
        try:
            yield
        except Unset as unset:
            raise Refused(str(unset)) from None
        except psycopg.OperationalError as error:
            # Without a state of SQL it was the connection itself; what the server says on one that stands is its own sentence.
            matter = "PostgreSQL does not answer" if error.sqlstate is None else "PostgreSQL broke off"
            raise Refused(f"{matter} ({_first_line(error)}): `jixiao status` shows what runs") from None
        except NotDelivered as error:
            raise Refused(f"Kafka does not answer ({_first_line(error)}): `jixiao status` shows what runs") from None


def progress(sentence: str) -> None:
    """A step that is done, on standard error."""
    typer.echo(f"· {sentence}", err=True)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
