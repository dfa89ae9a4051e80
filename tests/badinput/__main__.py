"""`python -m tests.badinput --seed 1 --mutations 10000`: every door tried; the last line is JSON, exit status 1 where one failed.

Each failure is a line with its seed and number; `--only http:1234` makes and sends that one again.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import queue
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.badinput import corpora
from tests.badinput.door import FATES, Asked
from tests.badinput.doors import DOORS, Place, tried
from tests.integration.servers import Servers, start

TOGETHER = 4
"""Processes at once: each waits for PostgreSQL, or for the end of what has none, more than half of its time."""
PARTS = {"file": 3, "http": 3, "topic": 3}
"""Doors with so much to try that several processes share it."""
SILENT = 60.0
"""Seconds after which a door that begins no other input hangs, and is ended."""
SHARES = {"http": 16}
"""Of the fixed inputs of a door with very many every sixteenth is tried; the next seed tries the next ones."""


@dataclass
class Watched:
    """One door in a process of its own, watched from here."""

    asked: Asked
    name: str
    place: Place
    over: threading.Event = field(default_factory=threading.Event)
    """Set when nobody waits for it any longer."""

    def tried(self) -> Counter[str]:
        """What became of its inputs; where the process hangs or dies, that is one more failure."""
        spawn = multiprocessing.get_context("spawn")
        told: Any = spawn.Queue()
        process = spawn.Process(target=tried, args=(self.name, self.asked, self.place, told), daemon=True)
        process.start()
        number, since = -1, time.monotonic()
        while not self.over.is_set():
            try:
                kind, value = told.get(timeout=1.0)
            except queue.Empty:
                if process.is_alive() and time.monotonic() - since < SILENT + (60 if number < 0 else 0):
                    continue
                return self._ended(process, number)
            since = time.monotonic()
            match kind:
                case "said":
                    say(value)
                case "begun":
                    number = value
                case _:
                    process.join(30)
                    return Counter(value)
        process.kill()
        return Counter()

    def _ended(self, process: Any, number: int) -> Counter[str]:
        how = "hangs" if process.is_alive() else f"ended with {process.exitcode}"
        process.kill()
        say(f"FAILED SEED={self.asked.seed} ONLY={self.name}:{number} or one of the next few: the process {how}")
        return Counter(tried=1, failed=1)


def run(asked: argparse.Namespace) -> Counter[str]:
    """Try the doors that are asked for, on servers of our own."""
    names, only = list(DOORS), None
    if asked.only:
        name, _, number = asked.only.partition(":")
        names, only = [name], int(number) if number else None
    say(
        f"{len(corpora.json_suite())} cases of the JSONTestSuite, {len(corpora.naughty())} naughty strings, N={asked.mutations}"
    )
    with tempfile.TemporaryDirectory(prefix="badinput-") as folder, start(Path(folder)) as servers:
        watched = [
            Watched(
                Asked(asked.seed, asked.mutations, asked.share * SHARES.get(name, 1), only, (part, parts)),
                name,
                _place(servers),
            )
            for name in names
            for parts in [1 if only is not None else PARTS.get(name, 1)]
            for part in range(parts)
        ]
        with ThreadPoolExecutor(TOGETHER) as pool:
            try:
                return sum(pool.map(Watched.tried, watched), Counter())
            finally:
                for each in watched:
                    each.over.set()


def _place(servers: Servers) -> Place:
    """Databases for one process, made here: two can't copy one pattern at once. They don't wait for the disk: nobody cuts the power."""
    fresh = {name: servers.fresh(name) for name in ("goals", "monitoring", "evaluation", "publishing")}
    with psycopg.connect(servers.admin_url, autocommit=True) as conn:
        for each in fresh.values():
            name = sql.Identifier(conninfo_to_dict(each.url)["dbname"])
            conn.execute(sql.SQL("alter database {} set synchronous_commit = off").format(name))
    return Place(servers.kafka, fresh)


def say(sentence: str) -> None:
    """For a person, on standard error."""
    print(sentence, file=sys.stderr, flush=True)


def main() -> int:
    """Ask, try, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.badinput", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--mutations", type=int, default=10_000, metavar="N", help="mutations of good input at each door"
    )
    parser.add_argument("--share", type=int, default=1, help="of the fixed inputs every so many only")
    parser.add_argument("--only", metavar="DOOR[:NUMBER]", help="one door, or one input of it again")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    found = run(parser.parse_args())
    print(json.dumps({name: found[name] for name in ("tried", *FATES, "failed")}))
    return 1 if found["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
