"""Screens that stay open: one connection of the process listens to PostgreSQL, and every open screen is woken when something changed.

    screens = Screens(database, "office")
    with screens.admitted():                       # TooManyScreens where no more may be open
        async for turn in screens.turns():         # at once, then after each change, at most once a second
            fresh = await screens.once(key, make)  # screens that show the same share one making

A notification that is lost costs little: every `idle` seconds there is a turn anyway. While no screen is open nothing listens.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Hashable
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.sql import SQL, Identifier

from backbone.process.logs import log

MOST = 100
"""Screens of one process at the most: each holds a connection of its reader."""
PAUSE = 1.0
IDLE = 15.0
AGAIN = 2.0
T = TypeVar("T")


class TooManyScreens(Exception):
    """As many screens are open as this process serves."""


class Screens:
    """All open screens of a process. Used in one event loop."""

    def __init__(
        self, database: str, channel: str, *, most: int = MOST, pause: float = PAUSE, idle: float = IDLE
    ) -> None:
        self.database = database
        self.channel = channel
        self.most = most
        self.pause = pause
        self.idle = idle
        self.open = 0
        self._turn = 0
        self._changed = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None
        self._made: dict[Hashable, tuple[int, asyncio.Task[Any]]] = {}

    @contextmanager
    def admitted(self) -> Generator[None]:
        """One more screen for as long as the block lasts; the first begins to listen, the last ends it."""
        if self.open >= self.most:
            raise TooManyScreens
        self.open += 1
        try:
            if self._listener is None or self._listener.done():
                self._listener = asyncio.get_running_loop().create_task(self._listen())
            yield
        finally:
            self.open -= 1
            if not self.open and self._listener is not None:
                self._listener.cancel()
                self._listener = None
                self._made.clear()

    async def turns(self) -> AsyncGenerator[int]:
        """The turn now, and each later one."""
        while True:
            seen = self._turn
            yield seen
            while self._turn == seen:
                await self._changed.wait()

    async def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives in this turn: made in a thread, once for all screens of the same key."""
        turn, making = self._made.get(key, (-1, None))
        if making is None or turn != self._turn or (making.done() and (making.cancelled() or making.exception())):
            making = asyncio.get_running_loop().create_task(asyncio.to_thread(make))
            self._made[key] = (self._turn, making)
        return await asyncio.shield(making)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except psycopg.Error as error:
                log.warning("outage", part="database", error=str(error).strip())
                await asyncio.sleep(AGAIN)

    async def _listen_once(self) -> None:
        async with await psycopg.AsyncConnection.connect(self.database, autocommit=True) as conn:
            await conn.execute(SQL("listen {}").format(Identifier(self.channel)))
            while True:
                self._next()
                await asyncio.sleep(self.pause)
                async for _ in conn.notifies(timeout=self.idle, stop_after=1):
                    """One is enough: what came with it is told by the same turn."""
                async for _ in conn.notifies(timeout=0):
                    """So is what came while the last turn was made."""

    def _next(self) -> None:
        self._turn += 1
        self._changed.set()
        self._changed = asyncio.Event()
