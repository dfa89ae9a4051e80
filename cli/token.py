"""`jixiao token --as ROLE --org UNIT`: a signed token of the local runtime, for `Authorization: Bearer …` and for the sign-in page."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("token", help="签发身份令牌 · Issue a signed token: who asks, in which role, of which place.")(token)


def token(
    role: Annotated[
        str,
        typer.Option("--as", metavar="ROLE", help="角色 · a role of contracts/authority.py, such as finance or unit"),
    ],
    org: Annotated[
        str, typer.Option(metavar="UNIT", help="单位代码 · code of the organisation, such as department-03.station-1")
    ],
    name: Annotated[str | None, typer.Option(help="姓名 · who it is; else the role")] = None,
    purpose: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="TOPIC", help="专用于此主题 · for messages on this topic alone, such as progress.reported"
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="有效天数 · days until it expires")] = 1,
) -> None:
    """Print a token that is good for some days."""
    from backbone.process.settings import settings
    from contracts.authority import ROLES

    issued = sorted(ROLES - {"system"})
    if role not in issued:
        typer.echo(f"jixiao: there is no role {role!r}; the roles are {', '.join(issued)}", err=True)
        raise typer.Exit(1)
    key = settings().token_key
    if key is None:
        typer.echo(
            "jixiao: there is no key to sign with yet: `jixiao up` makes one at its first start (or set JIXIAO_TOKEN_KEY)",
            err=True,
        )
        raise typer.Exit(1)
    from deploy.local.tokens import sign

    typer.echo(
        sign(key.get_secret_value(), name=name or role, role=role, org=org, seconds=days * 86400, purpose=purpose)
    )
