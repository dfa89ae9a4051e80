"""`jixiao replay SERVICE [ID…]`: take dead letters again, once what stood in their way is mended; without ids, list them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.refusing import needing_servers
from cli.serve import ServiceName

if TYPE_CHECKING:
    from backbone.kafka.dead import DeadLetter
    from backbone.kafka.inbox import Inbox


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("replay", help="列出死信，或重新处理 · List a service's dead letters, or take them again.")(replay)


def replay(
    service: Annotated[ServiceName, typer.Argument(help="哪个服务的死信 · whose dead letters")],
    ids: Annotated[
        list[int] | None, typer.Argument(help="死信编号；不写则列出 · which; without any, the command lists them")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="全部，从最早的起 · all of them, oldest first")] = False,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")] = False,
) -> None:
    """List a service's dead letters and what waits behind them, or take some again. Exit 3 where one still can't be taken."""
    import json as form

    import psycopg

    from backbone.kafka import dead
    from backbone.process.settings import settings
    from cli.letters import behind, described, inbox_of, show

    with needing_servers(), psycopg.connect(settings().database_of(service.value), autocommit=True) as conn:
        letters = dead.waiting(conn, ids or ())
        unknown = sorted(set(ids or ()) - {letter.id for letter in letters})
        if unknown:
            typer.echo(f"no dead letter of {service.value} waits under {', '.join(map(str, unknown))}", err=True)
            raise typer.Exit(2)
        inbox, topics, module = inbox_of(service.value, conn)
        chosen = letters if ids or all_ else []
        taken = {letter.id: _taken(inbox, letter, topics, module) for letter in chosen}
        holds, streams = behind(inbox, dead.waiting(conn))
        results = [{**described(letter, holds.get(letter.id, 0)), **taken.get(letter.id, {})} for letter in letters]
    if json:
        typer.echo(
            form.dumps({"service": service.value, "dead_letters": results, "parked": streams}, ensure_ascii=False)
        )
    else:
        show(service.value, results, streams)
    if any(result.get("outcome") == "still-dead" for result in results):
        raise typer.Exit(3)


def _taken(inbox: Inbox, letter: DeadLetter, topics: tuple[str, ...], module: Any) -> dict[str, str]:
    """What became of a dead letter that was taken again: an event by the inbox, a voucher by the service's own way."""
    try:
        own = letter.message.topic in topics
        return {"outcome": inbox.replay(letter) if own else module.replay(inbox.conn, letter, inbox.clock)}
    except Exception as error:
        return {"outcome": "still-dead", "why": str(error)}
