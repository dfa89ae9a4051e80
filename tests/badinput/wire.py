"""Requests as bytes on a connection to a real uvicorn, and what an answer has to look like."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any

import uvicorn
from fastapi import FastAPI

from backbone.tables.forms import MEDIA_TYPE as WORKBOOK
from backbone.web.problems import MEDIA_TYPE as PROBLEM
from tests.badinput.door import BOUND, Fate, Wrong

UNFINISHED = 0.15
"""Seconds after which a request that was changed on the wire is taken for one that has not come to its end."""
TELLTALE = re.compile(
    rb"Traceback|File \"|psycopg|pydantic|starlette|msgspec|sqlstate|<class |[a-z]{1,30}Error\b|object at 0x"
)
"""What a clerk must not read in an answer."""


NO_HTTP = b"Invalid HTTP request received."
"""How uvicorn answers what is no request at all: no program of ours ever sees it."""


@dataclass(frozen=True)
class Request:
    """One request. `raw`: these bytes as they are, instead of the rest."""

    method: str = "POST"
    path: bytes = b"/"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    raw: bytes | None = None

    def wire(self) -> bytes:
        """As it goes over the connection."""
        if self.raw is not None:
            return self.raw
        own = [(b"host", b"127.0.0.1"), (b"content-length", str(len(self.body)).encode()), *self.headers]
        lines = [self.method.encode() + b" " + self.path + b" HTTP/1.1", *(name + b": " + value for name, value in own)]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    """One answer; None as status: the connection was closed without one."""

    status: int | None
    media: str = ""
    body: bytes = b""


@dataclass
class Line:
    """A connection that is kept as long as the server keeps it."""

    port: int
    _socket: socket.socket | None = field(default=None, repr=False)

    def ask(self, request: Request) -> Answer:
        """Send and wait for the answer; Wrong where none comes in time."""
        again = self._socket is not None and request.raw is None
        try:
            return self._ask(request)
        except (ConnectionError, HTTPException):
            self.close()
            if not again:
                return Answer(None)
        try:
            return self._ask(request)
        except (ConnectionError, HTTPException):
            self.close()
            return Answer(None)

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, request: Request) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=BOUND)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = self._socket
        line.sendall(request.wire())
        try:
            if request.raw is not None and not _heard(line):
                return Answer(None)
            answer = HTTPResponse(line, method=request.method)
            answer.begin()
            found = Answer(answer.status, answer.headers.get("content-type", ""), answer.read())
        except TimeoutError:
            self.close()
            raise Wrong(f"no answer in {BOUND:.0f} s") from None
        if answer.will_close or request.raw is not None:
            self.close()
        return found


def _heard(line: socket.socket) -> bool:
    """Whether an answer begins; where none does, the server must let go of who says that nothing more will come."""
    line.settimeout(UNFINISHED)
    try:
        return bool(line.recv(1, socket.MSG_PEEK))
    except TimeoutError:
        line.settimeout(BOUND)
        line.shutdown(socket.SHUT_WR)
        return bool(line.recv(1, socket.MSG_PEEK))
    finally:
        line.settimeout(BOUND)


def judged(answer: Answer, request: Request) -> Fate:
    """What became of a request by its answer; Wrong with what is wrong about it."""
    status, body = answer.status, answer.body
    if status is None:
        if request.raw is None:
            raise Wrong("the connection was closed without an answer")
        return "refused"
    if status >= 500 or status < 200:
        raise Wrong(f"{status} {body[:300]!r}")
    if status < 400:
        return "accepted"
    told = TELLTALE.search(body)
    if told and told[0].lower() not in request.wire().lower():
        raise Wrong(f"{status} tells {told[0]!r}: {body[:400]!r}")
    if answer.media != WORKBOOK and body != NO_HTTP and request.method != "HEAD":
        _problem(answer)
    return "refused"


def _problem(answer: Answer) -> None:
    """Wrong unless the answer is problem+json with a sentence in both languages."""
    try:
        said: Mapping[str, Any] = json.loads(answer.body)
        sentences = [said["detail"], said["words"]["zh"], said["words"]["en"], said["title"]]
    except (ValueError, KeyError, TypeError):
        raise Wrong(f"{answer.status} is no problem: {answer.media} {answer.body[:300]!r}") from None
    if answer.media != PROBLEM or said["status"] != answer.status or not all(map(_sentence, sentences)):
        raise Wrong(f"{answer.status} says no sentence: {answer.media} {answer.body[:300]!r}")


def _sentence(text: object) -> bool:
    return isinstance(text, str) and len(text.strip()) > 2


def headers(**values: str | bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Headers by name, `_` for `-`."""
    return tuple(
        (name.replace("_", "-").encode(), value if isinstance(value, bytes) else value.encode("latin-1", "replace"))
        for name, value in values.items()
    )


@contextmanager
def served(apps: Iterable[FastAPI]) -> Iterator[list[int]]:
    """Each app on a port of its own of the loopback, as `jixiao serve` serves it; their pools are open already."""
    servers = [
        uvicorn.Server(
            uvicorn.Config(
                app,
                host="127.0.0.1",
                port=0,
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=2,
            )
        )
        for app in apps
    ]
    threads = [threading.Thread(target=server.run, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 20
    while not all(server.started for server in servers):
        if time.monotonic() > until:
            raise TimeoutError("uvicorn does not start")
        time.sleep(0.02)
    try:
        yield [server.servers[0].sockets[0].getsockname()[1] for server in servers]
    finally:
        for server in servers:
            server.should_exit = True
        for thread in threads:
            with suppress(RuntimeError):
                thread.join(5)
