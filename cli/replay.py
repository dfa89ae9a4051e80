"""`jixiao replay SERVICE [ID…]`: take dead letters again, once what stood in their way is mended; without ids, list them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.refusing import needing_servers
from cli.serve import ServiceName

if TYPE_CHECKING:
    from backbone.kafka.dead import DeadLetter


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
    """List a service's dead letters, or take some of them again. Exit 3 where one still can't be taken."""
    import json as form

    import psycopg

    from backbone.kafka import dead
    from backbone.process.settings import settings

    with needing_servers(), psycopg.connect(settings().database_of(service.value), autocommit=True) as conn:
        letters = dead.waiting(conn, ids or ())
        unknown = sorted(set(ids or ()) - {letter.id for letter in letters})
        if unknown:
            typer.echo(f"no dead letter of {service.value} waits under {', '.join(map(str, unknown))}", err=True)
            raise typer.Exit(2)
        if not ids and not all_:
            results = [_described(letter) for letter in letters]
        else:
            take = _taker(service.value, conn)
            results = [{**_described(letter), **_taken(take, letter)} for letter in letters]
    if json:
        typer.echo(form.dumps({"service": service.value, "dead_letters": results}, ensure_ascii=False))
    else:
        _print(service.value, results)
    if any(result.get("outcome") == "still-dead" for result in results):
        raise typer.Exit(3)


def _taker(service: str, conn: Any) -> Any:
    from importlib import import_module

    from backbone.identity import Identity
    from backbone.kafka.inbox import Inbox
    from backbone.process.settings import settings
    from backbone.record.clock import clock_for

    module = import_module(f"services.{service}.app")
    described = module.service(settings())
    clock, identity = clock_for(settings().clock), Identity(settings().token_public_key)
    inbox = Inbox(conn, described.record, clock, described.hear, described.interest, identity)

    def take(letter: DeadLetter) -> str:
        if letter.message.topic in described.topics:
            return inbox.replay(letter)
        return module.replay(conn, letter, clock)

    return take


def _taken(take: Any, letter: DeadLetter) -> dict[str, str]:
    try:
        return {"outcome": take(letter)}
    except Exception as error:
        return {"outcome": "still-dead", "why": str(error)}


def _described(letter: DeadLetter) -> dict[str, Any]:
    message = letter.message
    place = f"{message.topic}[{message.partition}]@{message.offset}"
    return {"id": letter.id, "place": place, "kind": letter.kind, "reason": letter.reason, "detail": letter.detail}


def _print(service: str, results: list[dict[str, Any]]) -> None:
    if not results:
        typer.echo(f"{service} has no dead letters.", err=True)
    for result in results:
        outcome = f" → {result['outcome']} {result.get('why', '')}".rstrip() if "outcome" in result else ""
        typer.echo(
            f"{result['id']:>6}  {result['place']}  {result['kind']}/{result['reason']}: {result['detail']}{outcome}"
        )
