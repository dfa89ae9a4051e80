"""`jixiao dismiss SERVICE ID`: give a dead letter up for good, by name and with a reason; what waited behind it is taken."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.refusing import needing_servers
from cli.serve import ServiceName

REFUSED = 2


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command(
        "dismiss",
        help="具名放弃一封死信，放行其后的消息 · Give a dead letter up, by name; what waits behind it is taken.",
    )(dismiss)


def dismiss(
    service: Annotated[ServiceName, typer.Argument(help="哪个服务的死信 · whose dead letter")],
    id: Annotated[int, typer.Argument(help="死信编号 · which")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="谁决定的 · who decided it")],
    reason: Annotated[str, typer.Option("--reason", help="理由 · why")],
    stream: Annotated[
        str | None,
        typer.Option("--stream", help="读不出的事件属于哪个事件流 · whose stream an event was of that can't be read"),
    ] = None,
    number: Annotated[
        int | None, typer.Option("--number", min=1, help="及其编号 · and which number it had there")
    ] = None,
) -> None:
    """Dismiss a dead letter: it is never taken, and the audit keeps who decided that and why. Exit 2 where it can't be."""
    import psycopg

    from backbone.kafka import dead, waiting
    from backbone.kafka.inbox import NotNext, WaitsNoMore
    from backbone.process.settings import settings
    from cli.letters import inbox_of
    from contracts.decision import Actor

    if not by.strip() or not reason.strip() or (stream is None) != (number is None):
        typer.echo(
            "要有姓名和理由，--stream 与 --number 同时给出 · name and reason, and --stream with --number", err=True
        )
        raise typer.Exit(REFUSED)
    with needing_servers(), psycopg.connect(settings().database_of(service.value), autocommit=True) as conn:
        letters = dead.waiting(conn, [id])
        if not letters:
            typer.echo(f"{service.value} 没有等待中的死信 {id} · no dead letter {id} waits", err=True)
            raise typer.Exit(REFUSED)
        inbox, _, _ = inbox_of(service.value, conn)
        origin = letters[0].message.topic.partition(".")[0]
        place = waiting.Place(origin, stream, number) if stream is not None and number is not None else None
        try:
            inbox.dismiss(letters[0], Actor(by.strip(), "operator", "county"), reason.strip(), place)
        except (NotNext, WaitsNoMore) as error:
            typer.echo(f"{service.value}: 未放弃 · not dismissed: {error}", err=True)
            raise typer.Exit(REFUSED) from None
    typer.echo(f"{service.value}: 死信 {id} 已由 {by} 放弃 · dead letter {id} dismissed by {by}", err=True)
