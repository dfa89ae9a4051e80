"""HTTP from outside, as a department, an official or a citizen uses it: tokens, keys that make a repetition harmless, patience."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx2

from deploy.demo.steps import Person, Post

T = TypeVar("T")
THREADS = 6
PATIENCE = 60.0
"""Seconds for which a door that doesn't answer is tried again: a process may be killed and started anew."""


class Unanswered(Exception):
    """A door stayed shut, or said something that is no answer."""


class Doors:
    """The four services' HTTP doors. `sign` gives a person's token; `run` tells this run's keys from another's."""

    def __init__(self, addresses: Mapping[str, str], sign: Callable[[Person], str], run: str) -> None:
        self.addresses = addresses
        self._sign = sign
        self._run = run
        self._sent = 0
        self._tokens: dict[Person, str] = {}
        self._client = httpx2.Client(
            trust_env=False,
            timeout=30,
            limits=httpx2.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=30),
        )
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="door")

    def post_all(self, posts: Iterable[Post]) -> list[str]:
        """Post everything, lanes side by side, and give a sentence for each answer that isn't what was expected."""
        lanes: dict[tuple[str, str], list[tuple[str, Post]]] = defaultdict(list)
        for post in posts:
            self._sent += 1
            lanes[post.service, post.lane].append((f"{self._run}-{self._sent}", post))
        surprises = self._pool.map(self._lane, lanes.values())
        return [surprise for lane in surprises for surprise in lane]

    def get(self, service: str, path: str, person: Person | None = None) -> Any:
        """The JSON of an answer; Unanswered where there is none."""
        response = self._request("GET", service, path, self._headers(person))
        if response.status_code != 200:
            raise Unanswered(f"GET {service}{path}: {response.status_code} {response.text[:300]}")
        return response.json()

    def get_all(self, service: str, paths: Iterable[str], person: Person | None = None) -> list[Any]:
        """Many answers, in the order of the paths; an Unanswered stands for one that failed."""

        def one(path: str) -> Any:
            try:
                return self.get(service, path, person)
            except Unanswered as failed:
                return failed

        return self.at_once(one, paths)

    def pages(self, service: str, paths: Iterable[str]) -> list[tuple[int, str]]:
        """Pages as a citizen's browser gets them: status and text of each."""

        def one(path: str) -> tuple[int, str]:
            response = self._request("GET", service, path, {"accept": "text/html", "accept-language": "zh-CN"})
            return response.status_code, response.text

        return self.at_once(one, paths)

    def at_once(self, ask: Callable[[str], T], places: Iterable[str]) -> list[T]:
        """Ask at several places side by side; what each said, in their order."""
        return list(self._pool.map(ask, places))

    def look(self, service: str, path: str) -> dict[str, Any] | None:
        """One glance at a service's state, without patience: None where it doesn't answer."""
        try:
            response = self._client.get(self.addresses[service] + path, timeout=10)
        except httpx2.TransportError:
            return None
        return response.json() if response.status_code == 200 else None

    def fetch(self, service: str, path: str, person: Person, language: str = "zh-CN") -> bytes:
        """A file or a page as the service gives it; Unanswered where there is none."""
        headers = self._headers(person) | {"accept": "*/*", "accept-language": language}
        response = self._request("GET", service, path, headers)
        if response.status_code != 200:
            raise Unanswered(f"GET {service}{path}: {response.status_code} {response.text[:300]}")
        return response.content

    def hand_in(self, service: str, path: str, content: bytes, person: Person) -> tuple[int, bytes]:
        """Send a file as the body: the status and what comes back. The same file again is the same command."""
        key = f"{self._run}-{hashlib.sha256(content).hexdigest()[:32]}"
        headers = self._headers(person) | {"idempotency-key": key, "content-type": "application/octet-stream"}
        response = self._request("POST", service, path, headers, content=content)
        return response.status_code, response.content

    def close(self) -> None:
        """Let go of connections and threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    def _lane(self, lane: list[tuple[str, Post]]) -> list[str]:
        return [surprise for key, post in lane if (surprise := self._post(key, post))]

    def _post(self, key: str, post: Post) -> str | None:
        headers = self._headers(post.person) | {"idempotency-key": key}
        response = self._request("POST", post.service, post.path, headers, post.body)
        if response.status_code != 200:
            return f"POST {post.service}{post.path}: {response.status_code} {_said(response)}"
        answer = response.json()
        wrong = {name: answer.get(name) for name, value in post.answers.items() if answer.get(name) != value}
        return f"POST {post.service}{post.path}: {wrong} instead of {post.answers}" if wrong else None

    def _request(
        self,
        method: str,
        service: str,
        path: str,
        headers: dict[str, str],
        body: dict[str, Any] | None = None,
        content: bytes | None = None,
    ) -> httpx2.Response:
        """Ask until somebody answers; a command is safe to send again, because its key stays the same."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                address = self.addresses[service] + path
                response = self._client.request(method, address, json=body, content=content, headers=headers)
                if response.status_code < 500 or time.monotonic() > until:
                    return response
            except httpx2.TransportError as error:
                if time.monotonic() > until:
                    raise Unanswered(
                        f"{method} {service}{path}: {type(error).__name__} for {PATIENCE:.0f} s"
                    ) from error
            time.sleep(0.25)

    def _headers(self, person: Person | None) -> dict[str, str]:
        headers = {"accept": "application/json", "accept-language": "zh-CN"}
        if person is None:
            return headers
        if person not in self._tokens:
            self._tokens[person] = self._sign(person)
        return headers | {"authorization": f"Bearer {self._tokens[person]}"}


def _said(response: httpx2.Response) -> str:
    """A problem's own words where it has some."""
    try:
        return str(response.json().get("detail", response.text[:300]))
    except ValueError:
        return response.text[:300]
