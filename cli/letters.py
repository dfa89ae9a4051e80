"""A service's dead letters as its commands show and take them: what each is, and what waits behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from backbone.kafka.dead import DeadLetter
    from backbone.kafka.inbox import Inbox


def inbox_of(service: str, conn: Any) -> tuple[Inbox, tuple[str, ...], Any]:
    """The service's inbox on a connection, the topics that are its, and the service's wiring."""
    from importlib import import_module

    from backbone.identity import Identity
    from backbone.kafka.inbox import Inbox
    from backbone.process.settings import settings
    from backbone.record.clock import clock_for

    module = import_module(f"services.{service}.app")
    wired = module.service(settings())
    clock, identity = clock_for(settings().clock), Identity(settings().token_public_key)
    return Inbox(conn, wired.record, clock, wired.hear, wired.interest, identity), wired.topics, module


def described(letter: DeadLetter, holds: int) -> dict[str, Any]:
    """A dead letter for a line or for JSON; `holds` is how many messages wait behind it."""
    message = letter.message
    place = f"{message.topic}[{message.partition}]@{message.offset}"
    found = {"id": letter.id, "place": place, "kind": letter.kind, "reason": letter.reason, "detail": letter.detail}
    if letter.line is not None:
        found |= {"sender": letter.line.sender, "stream": letter.line.stream}
    return found | {"holds": holds}


def behind(inbox: Inbox, letters: Sequence[DeadLetter]) -> tuple[dict[int, int], list[dict[str, Any]]]:
    """How many messages wait behind each dead letter; and every stream with parked events, with the dead letter that they wait for."""
    from backbone.kafka import waiting

    holds = dict(waiting.held_back(inbox.conn))
    letter_at = {inbox.place(letter.message): letter.id for letter in reversed(letters)}
    streams: list[dict[str, Any]] = []
    for parked in waiting.parked(inbox.conn):
        letter = letter_at.get(waiting.Place(parked.origin, parked.stream, parked.waits_for))
        if letter is not None:
            holds[letter] = holds.get(letter, 0) + parked.events
        streams.append(
            {
                "origin": parked.origin,
                "stream": parked.stream,
                "waits_for": parked.waits_for,
                "events": parked.events,
                "behind": letter,
            }
        )
    return holds, streams


def show(service: str, letters: Sequence[dict[str, Any]], streams: Sequence[dict[str, Any]]) -> None:
    """Print dead letters and parked events, and what waits behind what."""
    if not letters:
        typer.echo(f"{service} 没有死信 · has no dead letters.", err=True)
    for letter in letters:
        outcome = f" → {letter['outcome']} {letter.get('why', '')}".rstrip() if "outcome" in letter else ""
        typer.echo(
            f"{letter['id']:>6}  {letter['place']}  {letter['kind']}/{letter['reason']}: {letter['detail']}{outcome}"
        )
        if letter.get("holds"):
            typer.echo(f"        其后等待 {letter['holds']} 条 · {letter['holds']} wait behind it")
    for stream in streams:
        which = f"死信 · dead letter {stream['behind']}" if stream["behind"] else "尚未收到 · not here"
        typer.echo(
            f"        {stream['origin']} {stream['stream']}: {stream['events']} 条等待第 {stream['waits_for']} 号 · "
            f"{stream['events']} wait for number {stream['waits_for']} ({which})"
        )
