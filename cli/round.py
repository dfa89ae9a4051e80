"""`jixiao round`: open, watch and close a round of monitoring (August, mid-term). It asks monitoring's API as finance would."""

from __future__ import annotations

import json as form
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import typer

PATIENCE = 600.0
"""Seconds: the figures of all projects in scope are taken down before the answer."""
NOT_RUNNING, REFUSED = 1, 2


class Kind(StrEnum):
    """The kinds of rounds."""

    august = "august"
    mid_term = "mid-term"


Round = Annotated[
    str, typer.Argument(metavar="ROUND", help="轮次月份，如 2026-08 · the round's month, such as 2026-08")
]
Document = Annotated[str, typer.Option("--document", help="依据文件 · the document it stands on")]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")]


def register(app: typer.Typer) -> None:
    """Add the commands to `jixiao`."""
    rounds = typer.Typer(no_args_is_help=True, help="集中监控与中期评估 · Rounds: the August round, mid-term reviews.")
    rounds.command("open", help="开展一轮并记下各项目数字 · Open a round and take every project's figures down.")(open_)
    rounds.command("show", help="按主管部门查看进度 · How far a round has come, by department.")(show)
    rounds.command("close", help="全部决定后结束 · Close a round in which everything is decided.")(close)
    app.add_typer(rounds, name="round")


def open_(
    round: Round,
    document: Document,
    through: Annotated[
        str | None,
        typer.Option("--through", metavar="MONTH", help="监控至；默认上月 · up to this month; the one before"),
    ] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="种类；默认按月份 · the kind; by the month")] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar="DAY", help="填报截止日期 · to be filled in until; by the policy")
    ] = None,
    department: Annotated[
        list[str] | None,
        typer.Option("--department", metavar="CODE", help="主管部门，可多个 · a department; several times"),
    ] = None,
    json: Json = False,
) -> None:
    """Open a round for all projects of the year, or of some departments. Exit 1: monitoring doesn't answer; 2: it is refused."""
    body = {
        "round": round,
        "kind": kind.value if kind else ("august" if round.endswith("-08") else "mid-term"),
        "through": through or _month_before(round),
        "document": document,
        "due": due,
        "departments": department or None,
    }
    _asked("POST", "", body)
    show(round, json)


def show(round: Round, json: Json = False) -> None:
    """Print a round's sums by department."""
    found = _asked("GET", f"/{round}")
    if json:
        typer.echo(form.dumps(found, ensure_ascii=False))
        return
    typer.echo(f"{found['round']}  {found['kind']}  → {found['through']}  {found['in_scope']} 个项目 · projects")
    for row in found["departments"]:
        typer.echo(
            f"  {row['department']}  {row['currency']} {row['budget']}  "
            f"{row['filled']}/{row['projects']} 已填报 · filled in  {row['reviewed']} 已审核 · reviewed  "
            f"{row['decided']} 已决定 · decided"
        )


def close(round: Round, document: Document, json: Json = False) -> None:
    """Close a round; refused while something in it is undecided."""
    _asked("POST", f"/{round}/closing", {"document": document})
    show(round, json)


def _month_before(round: str) -> str:
    year, _, month = round.partition("-")
    if not (year.isdecimal() and month.isdecimal() and len(month) == 2 and int(month) > 1):
        _end(
            REFUSED,
            "轮次月份要写成 2026-08，一月之前没有可以监控的月份",
            "a round is written as its month, such as 2026-08; before January there is no month to look at",
        )
    return f"{year}-{int(month) - 1:02d}"


def _asked(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Monitoring's answer about rounds; ends the call with a sentence where there is none."""
    import httpx2

    from backbone.process.settings import settings

    address = f"http://127.0.0.1:{settings().port_of('monitoring', 'api')}"
    headers = {"Authorization": f"Bearer {_token()}"}
    if body is not None:
        headers["Idempotency-Key"] = _key(path, body)
    try:
        with httpx2.Client(timeout=PATIENCE, trust_env=False) as client:
            answer = client.request(method, f"{address}/api/rounds{path}", json=body, headers=headers)
        said = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        _end(
            NOT_RUNNING,
            f"监控服务没有应答（{address}）：请先用 jixiao up 启动",
            f"monitoring does not answer at {address} ({type(error).__name__}): start it with `jixiao up`",
        )
    if answer.status_code != 200:
        words = said.get("words", {})
        detail = said.get("detail", f"HTTP {answer.status_code}")
        _end(REFUSED, words.get("zh", detail), words.get("en", detail))
    return said


def _key(path: str, body: dict[str, Any]) -> str:
    """The same command again is the same: its key follows from what it says."""
    import hashlib

    return "cli-" + hashlib.sha256(form.dumps([path, body], sort_keys=True).encode()).hexdigest()[:32]


def _token() -> str:
    """A finance official's token for ten minutes, signed here."""
    from backbone.process.settings import settings
    from deploy.local.tokens import sign

    key = settings().token_key
    if key is None:
        _end(
            NOT_RUNNING,
            "还没有签发令牌的密钥：请先用 jixiao up 启动，或设置 JIXIAO_TOKEN_KEY",
            "there is no key to sign tokens with: start with `jixiao up`, or set JIXIAO_TOKEN_KEY",
        )
    return sign(key.get_secret_value(), name="jixiao round", role="finance", org="finance", seconds=600)


def _end(status: int, zh: str, en: str) -> NoReturn:
    typer.echo(f"{zh}\n{en}", err=True)
    raise typer.Exit(status)
