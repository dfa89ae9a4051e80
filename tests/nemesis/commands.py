"""The load of commands: declarations on their way to approval at goals, reports, urgings and the watch list at monitoring, over HTTP.

Each has an Idempotency-Key and changes its stream once. What gets no answer is unknown, what reaches nobody or is refused has failed;
half of both are asked again with the same key.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import httpx2

from deploy.local.tokens import sign
from tests.nemesis.log import ACKNOWLEDGED, FAILED, UNKNOWN, Log
from tests.nemesis.vouchers import YEAR

THREADS = 8
SECONDS = 15.0
"""So long an answer is waited for."""
HEARD_AFTER = 4.0
"""Seconds until monitoring has most likely heard of a goal."""
NOBODY = -1
"""The status of a command that reached nobody: no connection was made."""
CASES = 0.1
"""Share of the commands that begin a new project."""
UNIT = "department-01"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: where it goes, as whom, and which event it appends to which stream where it is carried out."""

    key: str
    service: str
    path: str
    body: Mapping[str, Any]
    role: str
    org: str
    stream: str
    event: str


@dataclass(order=True, slots=True)
class Ready:
    """A command that may be asked from a moment on, with what comes after it is acknowledged."""

    at: float
    number: int
    command: Command = field(compare=False)
    then: list[Callable[[], Command]] = field(compare=False)


class Commands:
    """Asks until it is stopped. `approved` are the projects whose goals were acknowledged as approved."""

    def __init__(
        self, values: Mapping[str, Any], rate: float, log: Log, chance: Random, day: Callable[[], date]
    ) -> None:
        self.approved: list[str] = []
        self._values = values
        self._rate = rate
        self._log = log
        self._chance = chance
        self._day = day
        self._numbers = itertools.count(1)
        self._ready: list[Ready] = []
        self._lock = threading.Lock()
        self._tokens = {
            (role, org): sign(values["token_key"], name="nemesis", role=role, org=org, seconds=86_400)
            for role, org in (("unit", UNIT), ("finance", "finance"), ("official", "county"))
        }

    def run(self, stop: threading.Event) -> None:
        """Ask at a steady pace from several threads."""
        slots = self._slots()
        threads = [threading.Thread(target=self._work, args=(slots, stop)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def begin(self, projects: int) -> None:
        """Approve so many projects before anything else; RuntimeError where one is refused."""
        with httpx2.Client(trust_env=False, timeout=60) as client:
            for _ in range(projects):
                first, *then = self._case()
                for make in (lambda command=first: command, *then[:2]):
                    if self._asked(client, make()) != ACKNOWLEDGED:
                        raise RuntimeError("the projects that carry the load could not be approved")

    def _slots(self) -> Iterator[float]:
        began = time.monotonic()
        for number in itertools.count():
            yield began + number / self._rate

    def _work(self, slots: Iterator[float], stop: threading.Event) -> None:
        with httpx2.Client(trust_env=False, timeout=SECONDS) as client:
            while not stop.is_set():
                with self._lock:
                    at = next(slots)
                late = time.monotonic() - at
                if late > 1:
                    continue
                if stop.wait(max(0.0, -late)):
                    return
                self._ask(client, self._next())

    def _next(self) -> Ready:
        with self._lock:
            if self._ready and self._ready[0].at <= time.monotonic():
                return heapq.heappop(self._ready)
            if not self.approved or self._chance.random() < CASES:
                first, *then = self._case()
                return Ready(0.0, next(self._numbers), first, then)
            return Ready(0.0, next(self._numbers), self._report(self._chance.choice(self.approved)), [])

    def _ask(self, client: httpx2.Client, ready: Ready) -> None:
        command = ready.command
        fate = self._asked(client, command)
        if fate != ACKNOWLEDGED and self._chance.random() < 0.5:
            self._later(2.0, command, ready.then)
        elif fate == ACKNOWLEDGED and ready.then:
            self._later(HEARD_AFTER if command.event == "GoalApproved" else 0.0, ready.then[0](), ready.then[1:])

    def _later(self, seconds: float, command: Command, then: list[Callable[[], Command]]) -> None:
        with self._lock:
            heapq.heappush(self._ready, Ready(time.monotonic() + seconds, next(self._numbers), command, then))

    def _asked(self, client: httpx2.Client, command: Command) -> str:
        headers = {
            "authorization": f"Bearer {self._tokens[command.role, command.org]}",
            "idempotency-key": command.key,
        }
        address = f"http://127.0.0.1:{self._values[f'{command.service}_port']}{command.path}"
        try:
            answer = client.post(address, json=command.body, headers=headers)
            status, said = answer.status_code, answer.text
        except httpx2.ConnectError as error:
            status, said = NOBODY, type(error).__name__
        except httpx2.TransportError as error:
            status, said = 0, type(error).__name__
        fate = ACKNOWLEDGED if status == 200 else FAILED if status == NOBODY or 400 <= status < 500 else UNKNOWN
        told = {"key": command.key, "service": command.service, "stream": command.stream, "event": command.event}
        why = {} if fate == ACKNOWLEDGED else {"status": status, "said": said[:200]}
        self._log.write("command", fate=fate, **told, **why)
        if fate == ACKNOWLEDGED and command.event == "GoalApproved":
            self.approved.append(command.stream.split("/")[1])
        return fate

    def _case(self) -> tuple[Any, ...]:
        """A project's first command, and what makes those that follow."""
        project = f"P{next(self._numbers):05d}"

        def step(
            service: str, path: str, event: str, who: tuple[str, str], body: Callable[[], Any]
        ) -> Callable[[], Command]:
            place = f"/api/projects/{YEAR}/{project}/{path}"
            return lambda: Command(
                f"{project}-{path}", service, place, body(), *who, f"project/{project}/{YEAR}", event
            )

        finance, official = ("finance", "finance"), ("official", "county")
        steps = [
            step("goals", "declarations", "GoalSubmitted", ("unit", UNIT), lambda: declaration(project)),
            step("goals", "review", "GoalPassed", finance, dict),
            step("goals", "approval", "GoalApproved", finance, lambda: {"document": "县财预〔2026〕3号"}),
            step("monitoring", "urging", "AdjustmentUrged", official, self._urging),
        ]
        watch = {"kind": "project", "subject": project, "reason": "重点监控", "document": "县财绩〔2026〕1号"}
        place = ("monitoring", "/api/watch-list", watch, *official, f"watch/project/{project}", "PutOnWatchList")
        return steps[0](), *steps[1:], lambda: Command(f"{project}-watch", *place)

    def _urging(self) -> dict[str, Any]:
        until = self._day() + timedelta(days=self._chance.randint(2, 5))
        return {
            "cause": "policy",
            "reason": "上级补助标准提高",
            "document": "省财农〔2026〕8号",
            "until": until.isoformat(),
        }

    def _report(self, project: str) -> Command:
        number = next(self._numbers)
        body = {"period": f"{YEAR}-01", "values": {"o": f"{number / 1000:.3f}"}}
        place = ("monitoring", f"/api/projects/{YEAR}/{project}/reports", body, "unit", UNIT)
        return Command(f"report-{number}", *place, f"project/{project}/{YEAR}", "ProgressReported")


def declaration(project: str) -> dict[str, Any]:
    """A declaration that the review passes."""
    schedule = {
        "type": "quantitative",
        "direction": "at_least",
        "target": "100",
        "unit": "个",
        "schedule": {f"{YEAR}-12": "100"},
    }
    return {
        "name": f"项目 {project}", "unit": UNIT, "department": UNIT, "kind": "continuing", "years": 1,
        "budget": "9000000", "items": [{"name": "全部", "amount": "9000000"}],
        "annual": [
            {"id": "o", "name": "产出", "dimension": "output", "kind": "quantity", "weight": "50", **schedule},
            {"id": "b", "name": "效益", "dimension": "benefit", "kind": "social", "weight": "30", **schedule},
            {"id": "s", "name": "满意度", "dimension": "satisfaction", "kind": "satisfaction", "weight": "10", **schedule},
        ],
    }  # fmt: skip
