"""`jixiao clock [DAY]`: show the day that each service has confirmed, or move the business clock to a day."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from cli.refusing import needing_servers


def register(app: typer.Typer) -> None:
    """Add the command to `jixiao`."""
    app.command("clock", help="查看或推进业务日期 · Show the day of each service, or begin a business day.")(clock)


def clock(
    day: Annotated[
        datetime | None,
        typer.Argument(
            formats=["%Y-%m-%d"], help="开始的业务日期，只进不退 · the business day that begins; never an earlier one"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 · as one JSON object")] = False,
) -> None:
    """Show or move the business clock. Services that were not started to follow it refuse to be moved."""
    import json as form

    with needing_servers():
        found = _services()
    if day is not None:
        fixed = sorted(name for name, answer in found.items() if answer.get("clock") == "system")
        if fixed:
            typer.echo(
                f"{', '.join(fixed)}: started to go by the wall clock, and not moved. Start with JIXIAO_CLOCK=business to follow.",
                err=True,
            )
            raise typer.Exit(1)
        with needing_servers():
            _begin(day)
        typer.echo(f"{day:%Y-%m-%d} begins", err=True)
    if json:
        typer.echo(form.dumps(found))
    else:
        for name, answer in found.items():
            typer.echo(f"{name:<11} {answer.get('clock', '—'):<9} {answer.get('day') or answer.get('problem') or '—'}")


def _services() -> dict[str, dict[str, Any]]:
    import httpx2

    from backbone.process.settings import SERVICES, settings
    from deploy.local.refusal import Refused

    found: dict[str, dict[str, Any]] = {}
    for service in SERVICES:
        address = f"http://127.0.0.1:{settings().port_of(service, 'api')}/clock"
        try:
            found[service] = httpx2.get(address, timeout=5).json()
        except (httpx2.HTTPError, ValueError) as error:
            found[service] = {"problem": f"does not answer ({type(error).__name__})"}
    if all("problem" in answer for answer in found.values()):
        raise Refused("no service answers, so there is no clock to show or to move: `jixiao up` starts them")
    return found


def _begin(day: datetime) -> None:
    from datetime import UTC
    from uuid import uuid4

    from backbone.kafka.clients import RelayProducer
    from backbone.process.settings import settings
    from contracts.clock import DayBegan
    from contracts.envelope import STRUCTURED, seal

    event = DayBegan(day=day.date())
    envelope = seal(event, id=str(uuid4()), time=datetime.now(UTC))
    producer = RelayProducer(settings().kafka)
    producer.send(
        DayBegan.topic, [(event.stream().encode(), envelope.to_bytes(), [("content-type", STRUCTURED.encode())])]
    )
    producer.close()
