"""The door of people and machines: commands and questions of goals and monitoring over HTTP, on real uvicorns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import Any
from urllib.parse import quote

from tests.badinput import corpora
from tests.badinput.commands import COMMANDS, PROJECTS, QUESTIONS, Command, Services, services
from tests.badinput.door import Fate, Input, Wrong
from tests.badinput.mutations import HURTFUL, mutated
from tests.badinput.trees import TEXTS, Raw, bad_json, dumps, replaced, texts_in
from tests.badinput.wire import Line, Request, headers, judged, served
from tests.integration.goals_http import declaration
from tests.integration.servers import Servers

_METHODS = ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "post", "X" * 40)
_BODIES = tuple(json.dumps(command.body, ensure_ascii=False).encode() for command in COMMANDS)
_HEADERS = (
    b"content-type", b"idempotency-key", b"accept", b"accept-language", b"traceparent", b"cookie", b"origin", b"transfer-encoding",
    b"content-encoding", b"expect", b"range", b"if-none-match", b"x-forwarded-for", b"upgrade", b"connection", b"content-length", b"host",
)  # fmt: skip
_VALUES = (
    b"", b"text/plain", b"application/xml", b"application/json; charset=utf-16", b"application/json; charset=nonsense", b"gzip",
    b"chunked", b"*/*;q=abc", b"zh;q=9,en;q=-1,*", b"-1", b"1e3", b"\xb2", b"99999999999999999999", b"0x10", b"00-zz-zz-01", b"a=b; a=\xff",
    b"100-continue", b"h2c", b"\xe9" * 300, b"x" * 9000, b"\x7f\x01", b"W/\"", b"http://[::1", b"multipart/form-data; boundary=",
    b"application/x-www-form-urlencoded", b"jixiao_session=" + b"." * 400,
)  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """A request to one of the services."""

    service: str
    request: Request


@dataclass
class Http:
    """Goals and monitoring, each on its port."""

    at: Services
    lines: dict[str, Line]
    name: str = "http"
    batch: int = 1
    rest: int = 20
    _good: int = field(default=0)

    @cached_property
    def _texts(self) -> list[tuple[Command, tuple[Any, ...]]]:
        return [(command, path) for command in COMMANDS for path in texts_in(command.body)]

    @cached_property
    def _words(self) -> list[str]:
        """What is put into every text."""
        return list(corpora.naughty())

    def fixed(self) -> int:
        """Every naughty string in every text of every command; every case of the suite as a body, and where a text should be."""
        return len(self._texts) * len(self._words) + 2 * len(corpora.json_suite())

    def make(self, number: int, chance: Random) -> Input:
        """The fixed inputs first, then mutations."""
        if number < len(self._texts) * len(self._words):
            at, word = divmod(number, len(self._words))
            command, path = self._texts[at]
            body = dumps(replaced(command.body, path, self._words[word]), ascii_only=bool(number % 2))
            what = f"{command.path} {'.'.join(map(str, path))} word {word}"
            return self._input(number, what, command, body=body.encode("utf-8", "surrogatepass"))
        if number < self.fixed():
            inside, at = divmod(number - len(self._texts) * len(self._words), len(corpora.json_suite()))
            name, text = corpora.json_suite()[at]
            command, path = self._texts[number % len(self._texts)]
            body = dumps(replaced(command.body, path, Raw(text))) if inside else text
            return self._input(number, f"{command.path} {name}", command, body=body.encode("utf-8", "surrogatepass"))
        return self._mutation(number, chance)

    def take(self, inputs: Sequence[Input]) -> list[Fate | Wrong]:
        return [self._taken(each.sent) for each in inputs]

    def good(self) -> None:
        """A new project is declared, and a month reported."""
        self._good += 1
        for service, path, body in (
            ("goals", f"/api/projects/2026/GOOD-{self._good}/declarations", declaration()),
            (
                "monitoring",
                f"/api/projects/2026/{PROJECTS[-1]}/reports",
                {"period": "2026-04", "values": {"canal": "90"}},
            ),
        ):
            command = Command("goals" if service == "goals" else "monitoring", "unit", path, body)
            request = self._request(command, f"good-{self._good}", json.dumps(body).encode())
            answer = self.lines[service].ask(request)
            if answer.status != 200:
                raise Wrong(f"{path}: {answer.status} {answer.body[:300]!r}")

    def _taken(self, asking: Asking) -> Fate | Wrong:
        try:
            return judged(self.lines[asking.service].ask(asking.request), asking.request)
        except Wrong as wrong:
            return wrong

    def _request(self, command: Command, key: str, body: bytes = b"", project: str = PROJECTS[0]) -> Request:
        path = quote(command.path.replace("{p}", project))
        query = "" if command.query is None else "?" + quote(command.query, safe="=&")
        own = headers(
            authorization=f"Bearer {self.at.token(command)}",
            idempotency_key=key,
            content_type="application/json",
            accept_language="zh",
        )
        return Request("POST" if command.query is None else "GET", (path + query).encode(), own, body)

    def _input(self, number: int, what: str, command: Command, body: bytes) -> Input:
        project = PROJECTS[number % len(PROJECTS)]
        return Input(number, what, Asking(command.service, self._request(command, f"bad-{number}", body, project)))

    def _mutation(self, number: int, chance: Random) -> Input:
        way = chance.choices(("json", "bytes", "query", "path", "header", "wire"), (50, 20, 12, 6, 9, 3))[0]
        command = chance.choice(
            QUESTIONS if way == "query" else (*COMMANDS, *COMMANDS, *QUESTIONS) if way == "path" else COMMANDS
        )
        body = b"" if command.body is None else json.dumps(command.body, ensure_ascii=False).encode()
        request = self._request(command, f"bad-{number}", body, chance.choice(PROJECTS))
        match way:
            case "json":
                request = replace(request, body=bad_json(command.body, chance))
            case "bytes":
                request = replace(request, body=mutated(body, chance, _BODIES))
            case "query":
                request = replace(request, path=_query(request.path, chance))
            case "path":
                request = replace(request, path=_path(request.path, chance))
            case "header":
                request = _header(request, chance)
            case _:
                request = replace(request, raw=mutated(request.wire(), chance, _BODIES))
        return Input(number, f"{way} {command.path}", Asking(command.service, request))


def _query(path: bytes, chance: Random) -> bytes:
    """One value of the query exchanged, or the query as a whole made bad."""
    place, _, query = path.partition(b"?")
    parts = query.split(b"&")
    at = chance.randrange(len(parts))
    name = parts[at].partition(b"=")[0]
    match chance.randrange(4):
        case 0:
            parts[at] = name + b"=" + _escaped(chance)
        case 1:
            parts.append(name + b"=" + _escaped(chance))
        case 2:
            parts = [name + b"=" + _escaped(chance), parts[0]]
        case _:
            return place + b"?" + _printable(mutated(query, chance, (query,)))
    return place + b"?" + b"&".join(parts)


def _path(path: bytes, chance: Random) -> bytes:
    parts = path.split(b"/")
    if chance.random() < 0.8:
        parts[chance.randrange(1, len(parts))] = _escaped(chance)
        return b"/".join(parts)
    return b"/" + _printable(mutated(path, chance, (path,)))


def _escaped(chance: Random) -> bytes:
    """Something hurtful, percent-encoded; short enough for a line."""
    text = chance.choice((*TEXTS, *corpora.naughty())) if chance.random() < 0.8 else chance.choice(HURTFUL)
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return quote(data[: chance.choice((40, 300, 5000))], safe="").encode()


def _printable(data: bytes) -> bytes:
    """What a client can write into a request's first line."""
    return bytes(byte for byte in data[:8000] if 0x21 <= byte < 0x7F)


def _header(request: Request, chance: Random) -> Request:
    """A header exchanged, doubled, left out or added, or another method."""
    given = list(request.headers)
    at = chance.randrange(len(given))
    name = chance.choice((*_HEADERS, given[at][0]))
    text = chance.choice((*_VALUES, *(each.encode() for each in corpora.naughty()[:200])))
    value = text.replace(b"\r", b" ").replace(b"\n", b" ").replace(b"\0", b" ")
    match chance.randrange(5):
        case 0:
            del given[at]
        case 1:
            given.append(given[at])
        case 2:
            given[at] = (given[at][0], value)
        case 3:
            given = [(own, value if own == name else said) for own, said in given]
            given.append((name, value))
        case _:
            return replace(request, method=chance.choice(_METHODS))
    changed = replace(request, headers=tuple(given))
    return replace(changed, raw=changed.wire())


@contextmanager
def opened(servers: Servers) -> Iterator[Http]:
    """The door on real services."""
    with services(servers) as at, served((at.goals.client.app, at.monitoring.client.app)) as ports:  # type: ignore[arg-type]
        lines = {name: Line(port) for name, port in zip(("goals", "monitoring"), ports, strict=True)}
        try:
            yield Http(at, lines)
        finally:
            for line in lines.values():
                line.close()
