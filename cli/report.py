"""`jixiao report`: a unit's workbook of progress reports, fetched from monitoring and sent back filled in, by its API as the unit would."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from httpx2 import Response

PATIENCE = 60.0
"""Seconds for monitoring to answer."""
NOT_RUNNING, REFUSED, MARKED = 1, 2, 3
XLSX = "spreadsheetml"

reports = typer.Typer(
    no_args_is_help=True,
    help="绩效运行信息 · Progress reports by workbook. Exit status: 1 monitoring doesn't answer; 2 refused; 3 marked, nothing taken.",
)


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.add_typer(reports, name="report")


@reports.command("template")
def template(
    unit: Annotated[str, typer.Option(metavar="UNIT", help="单位代码 · code of the unit, with its subordinates")],
    period: Annotated[str, typer.Option(metavar="MONTH", help="月份 · such as 2026-05")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="写到 · where to write it")],
) -> None:
    """下载待填工作簿 · Fetch the workbook of a unit for a month."""
    answer = _asked("GET", unit, params={"unit": unit, "period": period})
    if answer.status_code != 200:
        _refuse(answer)
    output.write_bytes(answer.content)
    typer.echo(f"已写入 · written: {output}", err=True)


@reports.command("send")
def send(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="填好的工作簿 · filled in")],
    key: Annotated[
        str | None, typer.Option("--key", help="幂等键 · Idempotency-Key; else the file's own digest")
    ] = None,
) -> None:
    """报送填好的工作簿 · Send it filled in: all is taken, or nothing, and the cells that are wrong are marked in FILE-marked.xlsx."""
    from hashlib import sha256

    data = file.read_bytes()
    headers = {"Idempotency-Key": key or sha256(data).hexdigest()}
    answer = _asked("POST", _unit_of(file), headers=headers, content=data)
    if answer.status_code == 200:
        typer.echo(answer.text)
        return
    if XLSX not in answer.headers.get("content-type", ""):
        _refuse(answer)
    marked = file.with_name(f"{file.stem}-marked.xlsx")
    marked.write_bytes(answer.content)
    _end(MARKED, f"有需要改正的格，没有接收：{marked}", f"some cells are wrong, nothing was taken: see {marked}")


def _asked(
    method: str, unit: str, *, params: dict[str, str] | None = None, headers: dict[str, str] | None = None, content: bytes | None = None
) -> Response:  # fmt: skip
    import httpx2

    from backbone.process.settings import settings

    address = f"http://127.0.0.1:{settings().port_of('monitoring', 'api')}/api/reports/workbook"
    asked = {"Authorization": f"Bearer {_token(unit)}", **(headers or {})}
    try:
        with httpx2.Client(timeout=PATIENCE, trust_env=False) as client:
            return client.request(method, address, params=params, headers=asked, content=content)
    except httpx2.HTTPError as error:
        _end(
            NOT_RUNNING,
            f"监控服务没有应答（{address}）：请先用 jixiao up 启动",
            f"monitoring does not answer at {address} ({type(error).__name__}): start it with `jixiao up`",
        )


def _unit_of(file: Path) -> str:
    """The unit that the workbook was given out for, from its last sheet."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(file))
        rows = workbook.get_sheet_by_index(len(workbook.sheet_names) - 1).to_python()
        unit = next((str(row[1]) for row in rows if row[0] == "unit" and len(row) > 1), "")
    except (CalamineError, IndexError, ValueError):
        unit = ""
    if not unit:
        _end(
            REFUSED,
            f"{file} 不是从本系统下载的工作簿",
            f"{file} is no workbook that was given out here: see `jixiao report template`",
        )
    return unit


def _token(unit: str) -> str:
    """A token of the unit for a minute, signed here."""
    from backbone.process.settings import settings
    from deploy.local.tokens import sign

    key = settings().token_key
    if key is None:
        _end(
            NOT_RUNNING,
            "还没有签发令牌的密钥：请先用 jixiao up 启动，或设置 JIXIAO_TOKEN_KEY",
            "there is no key to sign a token with: start with `jixiao up`, or set JIXIAO_TOKEN_KEY",
        )
    return sign(key.get_secret_value(), name="jixiao report", role="unit", org=unit, seconds=60)


def _refuse(answer: Response) -> NoReturn:
    try:
        words = answer.json().get("words", {})
    except ValueError:
        words = {}
    detail = f"HTTP {answer.status_code}"
    _end(REFUSED, words.get("zh", detail), words.get("en", detail))


def _end(status: int, zh: str, en: str) -> NoReturn:
    typer.echo(f"{zh}\n{en}", err=True)
    raise typer.Exit(status)
