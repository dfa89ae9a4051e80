"""What a fault is, and what it has in its hands: the installation, chance, a clock that the end of the run cuts short."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psutil
import psycopg

from tests.nemesis.installation import Installation
from tests.nemesis.log import Log
from tests.nemesis.recovery import Recoveries


@dataclass
class Hand:
    """What every fault may use."""

    at: Installation
    log: Log
    chance: Random
    recoveries: Recoveries
    minutes: float
    over: threading.Event = field(default_factory=threading.Event)

    def rest(self, seconds: float) -> None:
        """Wait, at most until the run is over."""
        self.over.wait(seconds)

    def between(self, least: float, most: float) -> float:
        """Seconds drawn by the seed; in a short run the longest are shorter."""
        return self.chance.uniform(least, max(least, min(most, self.minutes * 12)))

    def kill(self, process: str) -> None:
        """KILL, and time until the process is back and has caught up."""
        self.at.signal(process, signal.SIGKILL)
        self.recoveries.begin(process)

    def pause(self, process: str, seconds: float) -> None:
        """STOP, and CONT after a while to the same process, if it lives."""
        stopped = self.at.signal(process, signal.SIGSTOP)
        self.rest(seconds)
        with suppress(psutil.NoSuchProcess):
            stopped.send_signal(signal.SIGCONT)

    def when(self, service: str, query: str, seconds: float = 20.0) -> bool:
        """Return as soon as a service's database gives a row; false where it gives none in time."""
        until = time.monotonic() + seconds
        with suppress(psycopg.OperationalError), self.at.database(service) as conn:
            while time.monotonic() < until and not self.over.is_set():
                if conn.execute(query).fetchone():
                    return True
                time.sleep(0.002)
        return False


@dataclass(frozen=True)
class Fault:
    """One fault: its name, whom it hits (two faults on one never overlap) and what it does. What it takes for good it notes itself."""

    name: str
    hits: tuple[str, ...]
    act: Callable[[Hand], Any]
