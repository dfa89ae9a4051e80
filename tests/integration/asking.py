"""What the integration tests of goals and evaluation share: the API on a database of its own, asked by people with their tokens, and
the inbox, told what other services announced."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, TypeVar
from uuid import NAMESPACE_URL, uuid5

import psycopg
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from backbone.identity import COOKIE
from backbone.kafka.fence import claim
from backbone.kafka.inbox import Inbox
from backbone.kafka.service import Service
from backbone.process.settings import Settings
from backbone.record.clock import begin_day
from backbone.record.transact import Transact
from contracts.event import PublicEvent
from deploy.local import tokens
from tests.integration.recording import StandingClock, message
from tests.integration.servers import Servers

PRIVATE, PUBLIC = tokens.new_key()
USUAL = ""
"""Whoever usually asks a service; None is nobody."""


@dataclass
class Asked:
    """A service as people reach it, and as other services do."""

    people: ClassVar[Mapping[str, tuple[str, str, str]]]
    usual: ClassVar[str]
    place: ClassVar[str]
    today: ClassVar[date]
    api: ClassVar[Callable[[Settings], FastAPI]]
    service: ClassVar[Callable[[Settings], Service]]
    """Who there is (name, role, organisation) and who asks where a test does not say; below which address, on which day; the wiring."""

    client: TestClient
    url: str
    owner_url: str
    _keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def post(
        self, path: str, body: Any = None, *, who: str | None = USUAL, key: str | None = "", **headers: str
    ) -> Response:
        """A command, its path below `place` unless it starts with a slash; each has a key of its own unless one is given, none with
        `key=None`."""
        return self.client.post(self._path(path), json=body, headers=self._headers(who, key, headers))

    def get(self, path: str = "", *, who: str | None = USUAL, **headers: str) -> Response:
        """A query or a page."""
        return self.client.get(self._path(path), headers=self._headers(who, None, headers))

    def page(self, path: str, *, who: str | None = USUAL, lang: str = "zh") -> Response:
        """A page as a browser asks for it, with the session cookie."""
        headers = {"accept": "text/html", "accept-language": lang}
        if who is not None:
            headers["cookie"] = f"{COOKIE}={self.token(who or self.usual)}"
        return self.client.get(path, headers=headers)

    def hear(self, *events: PublicEvent) -> None:
        """Take what other services announced, through the inbox."""
        wired = type(self).service(Settings())
        with psycopg.connect(self.url, autocommit=True) as conn:
            for event in events:
                place = (event.owner, event.stream())
                self._numbers[place] = number = self._numbers.get(place, 0) + 1
                partition = (event.topic, 0)
                held = claim(conn, {partition})[partition]
                ear = Inbox(conn, wired.record, StandingClock(), wired.hear, wired.interest)
                id = str(uuid5(NAMESPACE_URL, f"{event.type_name()}/{event.stream()}/{number}"))
                ear.receive(held, message(event, number, held.next_offset, id=id))

    @contextmanager
    def transact(self) -> Iterator[Transact]:
        """Transactions as the service's own role, without HTTP."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            yield Transact(lambda: nullcontext(conn), type(self).service(Settings()).record, StandingClock(self.today))

    @classmethod
    def token(cls, who: str) -> str:
        """The token of one of its people."""
        name, role, org = cls.people[who]
        return tokens.sign(PRIVATE, name=name, role=role, org=org, seconds=600)

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"{self.place}/{path}".rstrip("/")

    def _headers(self, who: str | None, key: str | None, more: dict[str, str]) -> dict[str, str]:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        if who is not None:
            headers["authorization"] = f"Bearer {self.token(who or self.usual)}"
        if key is not None:
            headers["idempotency-key"] = key or f"key-{next(self._keys)}"
        return headers


A = TypeVar("A", bound=Asked)


@contextmanager
def asked(kind: type[A], servers: Servers, day: date | None = None) -> Iterator[A]:
    """The service on a fresh database, on a business day: its own `today` unless one is given."""
    name = kind.service(Settings()).record.service
    fresh = servers.fresh(name)
    with psycopg.connect(fresh.url, autocommit=True) as conn:
        begin_day(conn, day or kind.today)
    database: dict[str, Any] = {f"{name}_database": fresh.url}
    settings = Settings(**database, kafka=servers.kafka, token_public_key=PUBLIC, clock="business")
    with TestClient(kind.api(settings), raise_server_exceptions=False) as client:
        yield kind(client, fresh.url, fresh.owner_url)
