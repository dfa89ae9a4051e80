"""`jixiao emit FILE|-`: a finance system's export, sent to the execution stream voucher by voucher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.emitting.file import Order, Outcome

SHOWN = 5
"""Refused rows that are told on standard error; all of them stand in the file of rejects."""

_File = Annotated[
    str, typer.Argument(metavar="FILE|-", help="CSV, TSV or JSON lines, told by content; - for standard input")
]
_Map = Annotated[
    Path | None, typer.Option("--map", help="how this source's columns read; else the usual headers are recognised")
]
_Source = Annotated[
    str | None, typer.Option("--source", help="the sending system, where neither map nor file names it")
]
_Dry = Annotated[bool, typer.Option("--dry-run", help="read and check everything, send nothing")]
_Rejects = Annotated[Path | None, typer.Option("--rejects", help="file for the refused rows; else rejects-FILE.csv")]
_Json = Annotated[bool, typer.Option("--json", help="nothing but the machine's line; refusals still on standard error")]


def register(app: typer.Typer) -> None:
    """Add `emit` to `jixiao`."""

    @app.command()
    def emit(
        file: _File,
        map: _Map = None,
        source: _Source = None,
        dry_run: _Dry = False,
        rejects: _Rejects = None,
        json: _Json = False,
    ) -> None:
        """把财务系统导出的凭证发送到执行流 · Send a finance system's vouchers. Last line of output: one JSON object.

        Exit status: 0 all accepted; 3 some rejected, the rest sent; 2 nothing could be read or every row was rejected; 1 not delivered.
        """
        from backbone.process.settings import settings
        from cli.emitting.file import Order

        order = Order(
            file=None if file == "-" else Path(file),
            map=map,
            source=source,
            kafka=None if dry_run else settings().kafka,
            rejects=rejects,
        )
        raise typer.Exit(_emit(order, quiet=json))


def _emit(order: Order, *, quiet: bool) -> int:
    """Do it, tell it, and give the exit status."""
    from json import dumps

    from cli.emitting.file import NOTHING, UNDELIVERED, Outcome, emit_file
    from cli.emitting.progress import progress
    from cli.emitting.words import Refused

    outcome = Outcome()
    try:
        with progress(quiet=quiet) as told:
            emit_file(order, outcome, told)
        status = outcome.status()
    except Refused as refused:
        zh, en = refused.sentences()
        typer.echo(f"{zh}\n{en}", err=True)
        status = UNDELIVERED if outcome.accepted else NOTHING
    except KeyboardInterrupt:
        typer.echo(
            f"已中断；已发送 {outcome.sent} 张，再发一次不会重复计数 · stopped; sent again, nothing counts twice",
            err=True,
        )
        status = 130
    if not quiet:
        _tell(outcome, dry=order.kafka is None)
    typer.echo(dumps(outcome.line(), ensure_ascii=False))
    return status


def _tell(outcome: Outcome, *, dry: bool) -> None:
    """What became of the file, for a person."""
    from cli.emitting.words import reason_sentence, sentences

    said: list[tuple[str, str]] = []
    if outcome.rows:
        said.append(sentences("told", "summary", table=outcome.table, **outcome.line()))
        if dry or outcome.sent:
            said.append(sentences("told", "dry" if dry else "sent", sent=outcome.sent))
    if outcome.absent:
        said.append(sentences("told", "absent", columns=", ".join(outcome.absent)))
    if outcome.other_signs:
        said.append(sentences("told", "other-signs", count=outcome.other_signs, currency=outcome.currency))
    if outcome.rejects:
        said.append(sentences("told", "rejects", rejected=outcome.rejected, rejects=outcome.rejects))
    for zh, en in said:
        typer.echo(f"{zh}\n  {en}", err=True)
    for row, reasons in sorted(outcome.refused.items())[:SHOWN]:
        typer.echo(f"  {row}: {reason_sentence(reasons)}", err=True)
    if outcome.rejected > SHOWN:
        typer.echo("  …", err=True)
