"""The first thing that a request meets: its trace, a bound on its body, the time that it took."""

from __future__ import annotations

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backbone.process import trace
from backbone.web.languages import language_of
from backbone.web.problems import answer, problem

MAX_BODY = 250_000
"""Bytes; an event may come out several times as long as the body that brought it, and Kafka has a bound.
A longer body is refused with 413, before it is read where its length is told."""


class Entry:
    """ASGI middleware around a whole service app."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        traceparent = trace.enter(headers.get("traceparent"))
        started = time.perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                answered["traceparent"] = traceparent
                answered["server-timing"] = f"app;dur={(time.perf_counter() - started) * 1000:.1f}"
            await send(message)

        told = headers.get("content-length", "0")
        if not told.isdigit() or int(told) > MAX_BODY:
            await _too_large(scope)(scope, receive, timed)
            return
        await self.app(scope, _bounded(receive), timed)


def _bounded(receive: Receive) -> Receive:
    """`receive` that stops a body without a told length at the same bound."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            raise HTTPException(413)
        return message

    return counted


def _too_large(scope: Scope) -> ASGIApp:
    request = Request(scope)
    return answer(problem(HTTPException(413), scope["app"].state.words, language_of(request)))
