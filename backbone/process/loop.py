"""A loop in a thread of its own: a stepper with its own connection, made again after every outage."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

import psycopg
from psycopg import sql

from backbone.process import metrics, trace
from backbone.process.connections import OUTAGES, connect
from backbone.process.logs import log


class Stepper(Protocol):
    """Work that goes on step by step: `step` does the next piece and says how much it was."""

    def step(self) -> int: ...

    def close(self) -> None: ...


class Loop:
    """Runs a stepper until stopped. `make` gets a fresh autocommit connection; any error closes both and starts anew after a pause,
    which is safe because every step is one transaction that either happened or did not. With `listen` it rests until PostgreSQL notifies
    that channel, at most `idle` seconds."""

    def __init__(
        self,
        name: str,
        database: str,
        make: Callable[[psycopg.Connection[Any]], Stepper],
        *,
        idle: float = 0.05,
        listen: str | None = None,
        pause: float = 0.5,
    ) -> None:
        self.name = name
        self.idle = idle
        self.listen = listen
        self.pause = pause
        self._database = database
        self._make = make
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.problem: str | None = None

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Ask the loop to end after its step."""
        self._stop.set()

    def stop(self, seconds: float = 10.0) -> None:
        """Ask the loop to end after its step and wait for it."""
        self._stop.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._until_error()
            except Exception as error:
                self.problem = f"{self.name}: {type(error).__name__}: {error}".strip()
                metrics.OUTAGES.labels(self.name).inc()
                log.warning(
                    "loop starts anew",
                    loop=self.name,
                    error=self.problem,
                    exc_info=not isinstance(error, OUTAGES),
                )
                self._stop.wait(self.pause)

    def _until_error(self) -> None:
        with connect(self._database) as conn:
            if self.listen is not None:
                conn.execute(sql.SQL("listen {}").format(sql.Identifier(self.listen)))
            stepper = self._make(conn)
            try:
                while not self._stop.is_set():
                    trace.enter(None)
                    done = stepper.step()
                    self.problem = None
                    if not done:
                        self._rest(conn)
            finally:
                stepper.close()

    def _rest(self, conn: psycopg.Connection[Any]) -> None:
        """Nothing to do: rest for `idle` seconds, or until PostgreSQL notifies the channel that the loop listens to."""
        if self.listen is None:
            self._stop.wait(self.idle)
        else:
            for _ in conn.notifies(timeout=self.idle, stop_after=1):
                pass
