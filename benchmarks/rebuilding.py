"""How long people wait while goals' read models are rebuilt: a clerk who declares every 20 ms, and one who reads, beside `jixiao rebuild`.

    make bench-rebuilding PROJECTS=5000

Each project is declared and approved, which makes two events. The last line is one JSON object; times in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from backbone.process.connections import connect
from backbone.record.clock import clock_for
from backbone.record.events import Connection
from backbone.record.migrate import migrate
from backbone.record.rebuild import rebuild
from backbone.record.transact import Transact
from backbone.record.transaction import Transaction
from contracts.decision import Actor
from contracts.goals import GoalApproved, GoalSubmitted
from deploy.local import databases, postgres
from deploy.local.account import account_for
from services.goals.app import RECORD

SAMPLES = Path(__file__).parents[1] / "contracts" / "samples"
EVERY = 0.02
CLERK = Actor("王芳", "finance", "finance")


def main() -> None:
    """Fill, rebuild under load, print the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=5_000)
    wanted = parser.parse_args()
    with server() as (url, owner):
        with opened(url) as transact:
            for number in range(wanted.projects):
                transact(lambda tx, number=number: declare(tx, f"P-{number:06}"), actor=CLERK)
        quiet, _ = under_load(url, lambda: time.sleep(5))
        loaded, seconds = under_load(url, lambda: in_own_process(owner))
    line = {"events": wanted.projects * 2, "rebuild_s": round(seconds, 1), "without": quiet, "meanwhile": loaded}
    sys.stdout.write(json.dumps(line) + "\n")


def declare(tx: Transaction, project: str) -> None:
    """One project's year up to its approval."""
    events = tuple(
        model.model_validate({**sample(model.__name__), "project": project}) for model in (GoalSubmitted, GoalApproved)
    )
    tx.append(events[0].stream(), 0, events)


def sample(name: str) -> dict[str, Any]:
    """The golden sample of an event."""
    return json.loads((SAMPLES / f"{name}.v1.json").read_text("utf-8"))


def in_own_process(owner: str) -> None:
    """As the command does it."""
    process = multiprocessing.get_context("spawn").Process(target=rebuilt, args=(owner,))
    process.start()
    process.join()


def rebuilt(owner: str) -> None:
    """Rebuild goals' read models."""
    with psycopg.connect(owner, autocommit=True) as conn:
        rebuild(conn, RECORD)


def under_load(url: str, work: Callable[[], None]) -> tuple[dict[str, Any], float]:
    """What clerk and reader waited while `work` went on, and how long that took in seconds."""
    over = threading.Event()
    waited: dict[str, list[float]] = {"command": [], "read": []}
    clerks = [
        threading.Thread(target=clerk, args=(url, waited["command"], over)),
        threading.Thread(target=reader, args=(url, waited["read"], over)),
    ]
    for each in clerks:
        each.start()
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    over.set()
    for each in clerks:
        each.join()
    return {name: described(times) for name, times in waited.items()}, seconds


def clerk(url: str, waited: list[float], over: threading.Event) -> None:
    """Declares a project every 20 ms."""
    with opened(url) as transact:
        while not over.wait(EVERY):
            waited.append(timed(lambda: transact(lambda tx: declare(tx, f"C-{time.time_ns()}"), actor=CLERK)))


def reader(url: str, waited: list[float], over: threading.Event) -> None:
    """Asks for a page of projects every 20 ms."""
    with connect(url) as conn:
        while not over.wait(EVERY):
            waited.append(timed(lambda: page(conn)))


def page(conn: Connection) -> None:
    """The first projects; never fewer than there were."""
    rows = conn.execute("select * from read.project order by year, project limit 50").fetchall()
    assert len(rows) == 50, f"a reader saw {len(rows)} projects"


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that `work` took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def described(times: list[float]) -> dict[str, Any]:
    """How often, and how long at the middle, for the slowest hundredth, and at most."""
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else [*times, *times]
    return {
        "times": len(times),
        "median": round(statistics.median(times), 1),
        "p99": round(cuts[-1], 1),
        "longest": round(max(times), 1),
    }


@contextmanager
def opened(url: str) -> Generator[Transact]:
    """Commands on a connection of their own."""
    with connect(url) as conn:

        @contextmanager
        def own() -> Generator[Connection]:
            yield conn

        yield Transact(own, RECORD, clock_for("system"))


@contextmanager
def server() -> Generator[tuple[str, str]]:
    """A PostgreSQL of its own with goals' database: the address as the service and as the owner."""
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as name:
        folder = Path(name) / "postgres"
        account = account_for(folder)
        postgres.prepare(folder, account)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        running = subprocess.Popen(postgres.command(folder, port, account), stderr=subprocess.DEVNULL)
        try:
            admin = postgres.admin_url(folder, port)
            postgres.wait(admin)
            known = databases.provision(admin)
            migrate("goals", known["goals_owner_database"])
            yield known["goals_database"], known["goals_owner_database"]
        finally:
            running.terminate()
            running.wait(30)


if __name__ == "__main__":
    main()
