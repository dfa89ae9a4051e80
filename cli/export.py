"""`jixiao export ledger|judgements|deviations`: monitoring's rows as CSV, XLSX or JSON lines, streamed from its database, read only."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

if TYPE_CHECKING:
    from services.monitoring.views.export import Chosen

HELP = """导出账本、判断或偏差 · Export the ledger, the judgements or the deviations, as CSV, XLSX or JSON lines with the same columns.

An exported ledger of one source (--source) can be sent with `jixiao emit` again, and nothing counts twice.

Exit status: 0 exported; 2 the database is not reached, or the file can't be written.
"""
REFUSED = 2


class What(StrEnum):
    """What can be exported."""

    ledger = "ledger"
    judgements = "judgements"
    deviations = "deviations"


class Format(StrEnum):
    """In which form."""

    csv = "csv"
    xlsx = "xlsx"
    jsonl = "jsonl"


class Lang(StrEnum):
    """The language of the headings."""

    en = "en"
    zh = "zh"


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("export", help=HELP)(export)


def export(
    what: Annotated[What, typer.Argument(help="账本、判断或偏差 · what to export")],
    format: Annotated[
        Format | None, typer.Option("--format", help="格式 · else by the file's ending, else csv")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="写入文件 · else standard output")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="一个来源的凭证 · of one source")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", min=1990, max=2200, help="年度 · of one year")] = None,
    project: Annotated[str | None, typer.Option("--project", metavar="CODE", help="一个项目 · of one project")] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="CODE", help="单位及下属单位 · of a unit and its subordinates")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY|MONTH", help="自某日或某月起 · since 2026-03-01 or 2026-03")
    ] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="表头语言 · language of the headings")] = Lang.en,
) -> None:
    """Export rows. With -o the last line of standard output is one JSON object; without it standard output holds the rows."""
    from services.monitoring.views.export import Chosen

    chosen = Chosen(source=source, year=year, project=project, unit=unit, since=_day(since))
    form = format.value if format else _by_ending(output)
    raise typer.Exit(_export(what.value, form, output, chosen, lang.value))


def _export(what: str, form: str, output: Path | None, chosen: Chosen, lang: str) -> int:
    from json import dumps

    import psycopg

    from backbone.process.settings import Unset, settings
    from cli.exporting.columns import headings
    from cli.exporting.writing import FORMATS
    from services.monitoring.views.export import export as rows_of

    try:
        with psycopg.connect(settings().database_of("monitoring"), autocommit=True) as conn, _target(output) as file:
            count = FORMATS[form](file, what, headings(what, lang), rows_of(conn, what, chosen))  # type: ignore[arg-type]
    except (psycopg.OperationalError, Unset) as error:
        why = str(error).splitlines()[0]
        typer.echo(f"连不上监控的数据库：{why}\nmonitoring's database is not reached: {why}", err=True)
        return REFUSED
    except BrokenPipeError:
        return 0  # whoever reads has seen enough
    except OSError as error:
        typer.echo(f"写不了 {output}：{error.strerror}\n{output} can't be written: {error.strerror}", err=True)
        return REFUSED
    if output is not None:
        typer.echo(dumps({"exported": what, "format": form, "rows": count, "file": str(output)}, ensure_ascii=False))
    return 0


@contextmanager
def _target(output: Path | None) -> Generator[BinaryIO]:
    """Standard output, or a file that stands in its place only when it is whole."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    draft = output.with_name(f".{output.name}.part")
    try:
        with draft.open("w+b") as file:
            yield file
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


def _by_ending(output: Path | None) -> str:
    ending = output.suffix.lstrip(".").lower() if output else ""
    return ending if ending in Format.__members__ else "csv"


def _day(said: str | None) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(f"{said}-01" if len(said) == len("2026-03") else said)
    except ValueError:
        raise typer.BadParameter(
            f"“{said}”不是 2026-03-01 或 2026-03 这样的日期 · “{said}” is no day or month such as 2026-03-01 or 2026-03"
        ) from None
