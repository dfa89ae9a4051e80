"""`jixiao ledger`: what monitoring's own ledger has counted, by sending system. It asks monitoring's API as an auditor would."""

from __future__ import annotations

import json as form
import os
from typing import Annotated, Any, NoReturn

import typer

KEYS = ("source", "vouchers", "amount", "currency", "projects", "first", "last")
"""What is said of a source: its vouchers, their exact sum in major units, how many projects, first and last day."""
PATIENCE = 10.0
"""Seconds for monitoring to answer."""
NOT_RUNNING, REFUSED = 1, 2


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("ledger", help="监控账本 · What monitoring's ledger has counted, by sending system.")(ledger)


def ledger(
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="只看一个来源 · one sending system alone")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")] = False,
) -> None:
    """Print vouchers, amount, projects, first and last day. Exit status 1: monitoring doesn't answer; 2: it knows no such source."""
    answer = _asked({} if source is None else {"source": source})
    if json:
        said = _line(answer) if source is not None else {"sources": [_line(one) for one in answer["sources"]]}
        typer.echo(form.dumps(said, ensure_ascii=False))
    else:
        _show([answer] if source is not None else answer["sources"])


def _asked(query: dict[str, str]) -> dict[str, Any]:
    """Monitoring's answer to GET /api/ledger; ends the call with a sentence where there is none."""
    import httpx2

    from backbone.process.settings import settings

    address = f"http://127.0.0.1:{settings().port_of('monitoring', 'api')}"
    try:
        with httpx2.Client(timeout=PATIENCE, trust_env=False) as client:
            answer = client.get(f"{address}/api/ledger", params=query, headers={"Authorization": f"Bearer {_token()}"})
        said = answer.json()
    except httpx2.HTTPError as error:
        _end(
            NOT_RUNNING,
            f"监控服务没有应答（{address}）：请先用 jixiao up 启动",
            f"monitoring does not answer at {address} ({type(error).__name__}): start it with `jixiao up`",
        )
    except ValueError:
        _end(
            NOT_RUNNING,
            f"{address} 应答的不是监控服务",
            f"what answers at {address} is not monitoring: see `jixiao status`",
        )
    if answer.status_code == 404 and "source" in query:
        name = query["source"]
        _end(REFUSED, f"账本里没有来源“{name}”的凭证", f"the ledger holds no voucher of the source {name}")
    if answer.status_code != 200:
        words = said.get("words", {})
        detail = said.get("detail", f"HTTP {answer.status_code}")
        _end(REFUSED, words.get("zh", detail), words.get("en", detail))
    return said


def _token() -> str:
    """An auditor's token for a minute, signed here."""
    from backbone.process.settings import settings
    from deploy.local.tokens import sign

    key = settings().token_key
    if key is None:
        _end(
            NOT_RUNNING,
            "还没有签发令牌的密钥：请先用 jixiao up 启动，或设置 JIXIAO_TOKEN_KEY",
            "there is no key to sign a token with: start with `jixiao up`, or set JIXIAO_TOKEN_KEY",
        )
    return sign(key.get_secret_value(), name="jixiao ledger", role="auditor", org="county", seconds=60)


def _line(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: answer[key] for key in KEYS}


def _show(answers: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not answers:
        typer.echo("账本是空的 · the ledger is empty")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, side in (
        ("来源\nsource", "left"),
        ("凭证\nvouchers", "right"),
        ("金额\namount", "right"),
        ("币种\ncurrency", "left"),
        ("项目\nprojects", "right"),
        ("最早\nfirst", "left"),
        ("最晚\nlast", "left"),
    ):
        # A long source is folded; a figure never is.
        table.add_column(heading, justify="right" if side == "right" else "left", no_wrap="source" not in heading)
    for one in answers:
        counts = (f"{one['vouchers']:,}", str(one["amount"]), str(one["currency"]), f"{one['projects']:,}")
        table.add_row(str(one["source"]), *counts, str(one["first"] or "—"), str(one["last"] or "—"))
    Console(width=None if os.isatty(1) else 160, highlight=False).print(table)


def _end(status: int, zh: str, en: str) -> NoReturn:
    typer.echo(f"{zh}\n{en}", err=True)
    raise typer.Exit(status)
