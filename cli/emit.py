"""`jixiao emit FILE|-`: a finance system's export, sent to the execution stream voucher by voucher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.emitting.file import Order, Outcome

HELP = """发送财务系统导出的凭证 · Send a finance system's vouchers; the last line of output is one JSON object.

Exit status: 0 all accepted; 3 some rejected, the rest sent; 2 nothing could be read, or every row was rejected; 1 not delivered.
"""
SHOWN = 5
"""Refused rows that are told on standard error; all of them stand in the file of rejects."""


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("emit", help=HELP)(emit)


def emit(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help="CSV、TSV、XLSX 或 JSON lines，- 为标准输入 · told by content; - is standard input"
        ),
    ],
    map: Annotated[
        Path | None, typer.Option("--map", help="各列的映射 · how this source's columns read; else the usual headers")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="来源系统 · the sending system, where map and file name none"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查，不发送 · read and check everything, send nothing")
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="PATH", help="拒收文件 · file for refused rows; else rejects-FILE.csv"),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="只输出一行 JSON · the machine's line and refusals, no progress, no summary")
    ] = False,
) -> None:
    """Send a file. The last line of standard output is one JSON object."""
    from backbone.process.settings import settings
    from cli.emitting.file import Order

    kafka = None if dry_run else settings().kafka
    order = Order(file=None if file == "-" else Path(file), map=map, source=source, kafka=kafka, rejects=rejects)
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
        typer.echo(f"  {outcome.places.of(row, reasons)}: {reason_sentence(reasons)}", err=True)
    if outcome.rejected > SHOWN:
        typer.echo("  …", err=True)
