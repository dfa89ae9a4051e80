"""How the installation is: who is ready and caught up, how long that took after a KILL, when all of it has converged."""

from __future__ import annotations

import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx2

from backbone.process.settings import SERVICES
from deploy.local.runtime import EVERY

LONGEST = 180.0
"""Seconds for which a recovery is watched."""


class Views:
    """What the processes say of themselves, by the addresses of a runtime."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._client = httpx2.Client(trust_env=False, timeout=10)

    def ready(self, process: str) -> bool:
        """Whether a process says that it is ready."""
        service, kind = process.split("-")
        port = self._values[f"{service}_port" if kind == "api" else f"{service}_worker_port"]
        try:
            return self._client.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200
        except httpx2.TransportError:
            return False

    def status(self, service: str) -> dict[str, Any] | None:
        """What a service has still to do; None where it does not answer."""
        try:
            answer = self._client.get(f"http://127.0.0.1:{self._values[f'{service}_port']}/status")
        except httpx2.TransportError:
            return None
        return answer.json() if answer.status_code == 200 else None

    def busy(self, day: date) -> list[str]:
        """Who is not ready, or has something left to hear, to send or to do for `day`; empty once all of it has converged."""
        found = [f"{process} is not ready" for process in EVERY if not self.ready(process)]
        for service in SERVICES:
            said = self.status(service)
            if said is None:
                found.append(f"{service} does not answer")
            elif said["relay_backlog"] or said["lag_events"] or said["parked"] or (said["day"] or "") < day.isoformat():
                found.append(f"{service}: {said}")
        return found


class Recoveries:
    """Times of recovery: from a KILL until the process is back and what waits for it is at most `allowed` messages."""

    def __init__(self, values: Mapping[str, Any], allowed: int) -> None:
        self._values = values
        self._allowed = allowed
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        self._open: list[threading.Thread] = []

    def begin(self, process: str) -> None:
        """Watch a process that was killed just now."""
        thread = threading.Thread(target=self._watch, args=(process, time.monotonic()), daemon=True)
        self._open.append(thread)
        thread.start()

    def told(self) -> dict[str, dict[str, float]]:
        """Times killed and the 50th and 95th of a hundred seconds of recovery, by process; those watched still are waited for."""
        until = time.monotonic() + 10
        for thread in self._open:
            thread.join(max(0.0, until - time.monotonic()))
        return {process: quantiles(seconds) for process, seconds in sorted(self._seconds.items())}

    def _watch(self, process: str, killed: float) -> None:
        views = Views(self._values)
        time.sleep(0.3)  # a process that was killed may have answered just before
        while time.monotonic() - killed < LONGEST:
            if self._caught_up(views, process):
                self._seconds[process].append(time.monotonic() - killed)
                return
            time.sleep(0.2)
        self._seconds[process].append(LONGEST)

    def _caught_up(self, views: Views, process: str) -> bool:
        if process in ("kafka", "postgres"):
            return all(views.ready(each) for each in EVERY) and all(map(self._ahead, map(views.status, SERVICES)))
        service, kind = process.split("-")
        return views.ready(process) and (kind == "api" or self._ahead(views.status(service)))

    def _ahead(self, said: dict[str, Any] | None) -> bool:
        return said is not None and 0 <= said["lag_events"] <= self._allowed and said["relay_backlog"] <= self._allowed


def quantiles(seconds: list[float]) -> dict[str, float]:
    """How many, their 50th and 95th percentile, and how many of them were watched to the end in vain: those stand as `LONGEST`."""
    ordered = sorted(seconds)
    p95 = statistics.quantiles(ordered, n=20, method="inclusive")[18] if len(ordered) > 1 else ordered[0]
    vain = sum(each >= LONGEST for each in ordered)
    return {"times": len(ordered), "p50": round(statistics.median(ordered), 1), "p95": round(p95, 1), "in_vain": vain}


def converged(values: Mapping[str, Any], day: date, seconds: float) -> tuple[float, list[str]]:
    """Wait until nobody is busy, twice in a row; how long it took, and who was busy still when the patience was over."""
    views, began, quiet, busy = Views(values), time.monotonic(), 0, ["never looked"]
    while quiet < 2 and time.monotonic() - began < seconds:
        busy = views.busy(day)
        quiet = 0 if busy else quiet + 1
        time.sleep(0.3)
    return time.monotonic() - began, busy
