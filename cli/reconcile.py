"""`jixiao reconcile FILE|-`: monitoring's ledger compared with a finance system's statement, every difference listed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.emitting.file import Order
    from cli.reconciling.comparing import Compared

HELP = """账本与财务系统对账单核对 · Compare the ledger with a finance system's statement; the last line of output is one JSON object.

A statement of vouchers, or of sums by project and month: told by its headers, read by the same maps as `emit`. Compared are the months that
the statement is about; with --year the whole year. Every difference is listed in reconciliation-FILE.csv.

Exit status: 0 equal; 3 differences; 2 no statement could be read; 1 equal, but the outcome could not be written down.
"""


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("reconcile", help=HELP)(reconcile)


def reconcile(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help="CSV、TSV、XLSX 或 JSON lines，- 为标准输入 · told by content"),
    ],
    map: Annotated[
        Path | None, typer.Option("--map", help="各列的映射 · how the statement's columns read; else the usual headers")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="来源系统 · whose statement it is, where map and file name none"),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", min=1990, max=2200, help="核对全年 · compare a whole year, not the statement's months"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只核对，不记录 · compare and list, write nothing down")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="只输出一行 JSON · the machine's line alone")] = False,
) -> None:
    """Compare a statement. The last line of standard output is one JSON object."""
    from cli.emitting.file import Order

    order = Order(file=None if file == "-" else Path(file), map=map, source=source)
    raise typer.Exit(_reconcile(order, year, record=not dry_run, quiet=json))


def _reconcile(order: Order, year: int | None, *, record: bool, quiet: bool) -> int:
    """Do it, tell it, and give the exit status."""
    from json import dumps

    from backbone.process.settings import Unset, settings
    from cli.emitting.progress import progress
    from cli.emitting.words import Refused
    from cli.reconciling.comparing import DIFFERENT, EQUAL, NOT_RECORDED, UNREADABLE, Compared, compare

    compared = Compared(order.file.name if order.file else "stdin")
    try:
        with progress(quiet=quiet) as told:
            compare(order, year, compared, told, settings().database_of("monitoring"))
        status = EQUAL if compared.equal else DIFFERENT
    except (Refused, Unset) as error:
        zh, en = error.sentences() if isinstance(error, Refused) else (str(error), str(error))
        typer.echo(f"{zh}\n{en}", err=True)
        status = UNREADABLE
    if status != UNREADABLE and record and not _recorded(compared) and status == EQUAL:
        status = NOT_RECORDED
    if not quiet and status != UNREADABLE:
        _tell(compared)
    typer.echo(dumps(compared.line(), ensure_ascii=False))
    return status


def _recorded(compared: Compared) -> bool:
    """Have the outcome written down; whether it was."""
    from secrets import token_hex

    from cli.asking_monitoring import NoAnswer, post

    try:
        path = "/api/ledger/reconciliations"
        answer = post(path, compared.body(), name="jixiao reconcile", role="auditor", key=token_hex(12))
    except NoAnswer as error:
        typer.echo(f"对账结果没有记录下来：{error.zh}\nthe outcome was not written down: {error.en}", err=True)
        return False
    compared.recorded = answer.get("event", "already")
    return True


def _tell(compared: Compared) -> None:
    """What came of it, for a person."""
    from cli.reconciling.listing import WORDS

    line = compared.line()
    months = f"{compared.first}–{compared.last}"
    typer.echo(
        f"核对 {line['source'] or '全部来源'} {months}：对账单 {line['statement_vouchers']:,} 张，账本 {line['ledger_vouchers']:,} 张",
        err=True,
    )
    typer.echo(f"  {'相符 · equal' if compared.equal else '有差异 · different'}", err=True)
    for kind, count in compared.counts.items():
        if count:
            typer.echo(f"  {count:,}  {WORDS[kind]}", err=True)
    if compared.listed:
        typer.echo(f"  全部列在 {compared.listed} · all of them are listed in {compared.listed}", err=True)
