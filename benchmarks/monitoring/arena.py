"""Where the contenders meet: one real Kafka and one real PostgreSQL of the local runtime in a temporary folder, the topics filled once."""

from __future__ import annotations

import itertools
import json
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import psutil
import psycopg
from psycopg import sql

from backbone.record.migrate import migrate
from benchmarks.monitoring.peers.kafka_streams import build
from benchmarks.monitoring.vouchers import Expected, Plan, fill, projects
from deploy.local import databases
from deploy.local.runtime import Runtime

TOPIC, FEW = "bench.vouchers", "bench.vouchers-few"
SERVICE = "monitoring"


class Arena:
    """The two servers for as long as the block lasts; `expected` says what must come out of each topic."""

    def __init__(self, events: int, few: int) -> None:
        self._sizes = {TOPIC: events} | ({FEW: few} if few else {})
        self._folder = Path(tempfile.mkdtemp(prefix="jixiao-bench-"))
        self._runtime = Runtime(self._folder / "servers", processes=False, tables=False)
        self._numbers = itertools.count(1)
        self.databases: dict[str, str] = {}
        self.expected: dict[str, Expected] = {}
        self.java: list[str] = []

    def __enter__(self) -> Arena:
        try:
            self.java = build.compiled(self._folder / "classes")
            self._runtime.start(say)
            values = self._runtime.settings_values()
            self.bootstrap, self._admin_url, self._addresses = values["kafka"], values["database"], values
            for topic, events in self._sizes.items():
                began = time.perf_counter()
                self.expected[topic] = fill(self.bootstrap, topic, Plan(events=events))
                say(f"{events:,} vouchers on {topic} ({time.perf_counter() - began:.0f} s)")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def fresh_database(self, kind: str) -> str:
        """Monitoring's database with its tables and nothing in it, as the service role; the one before of this kind is dropped."""
        if not self.databases:
            self._make_pattern()
        if kind in self.databases:
            self._drop(self.databases[kind])
        pattern = databases.at(self._addresses[f"{SERVICE}_database"], f"jixiao_{SERVICE}_pattern")
        self.databases[kind] = databases.clone(self._admin_url, pattern, f"jixiao_{SERVICE}_{next(self._numbers)}")
        return self.databases[kind]

    def owner(self, kind: str) -> str:
        """The last database of this kind, as its owner."""
        name = urlsplit(self.databases[kind]).path.lstrip("/")
        return databases.at(self._addresses[f"{SERVICE}_owner_database"], name)

    def fresh_folder(self) -> Path:
        """An empty folder; the one before is removed."""
        folder = self._folder / "state"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def projects(self, topic: str) -> Path:
        """The projects of a topic's vouchers in a file, one JSON array a line; made once."""
        file = self._folder / f"projects-{topic}"
        if not file.exists():
            made = projects(Plan(events=self._sizes[topic]))
            file.write_text("".join(f"{json.dumps(project, ensure_ascii=False)}\n" for project in made), "utf-8")
        return file

    def cpu_seconds(self) -> dict[str, float]:
        """What each server has taken of the processor so far, and all that was taken on this machine."""
        numbers = {entry["process"]: entry["pid"] for entry in self._runtime.processes()}
        taken = psutil.cpu_times()
        machine = sum(taken) - taken.idle - getattr(taken, "iowait", 0.0) - getattr(taken, "guest", 0.0)
        return {name: _cpu_of_tree(numbers[name]) for name in ("kafka", "postgres")} | {"machine": machine}

    def _make_pattern(self) -> None:
        migrate(SERVICE, self._addresses[f"{SERVICE}_owner_database"])
        databases.clone(self._admin_url, self._addresses[f"{SERVICE}_database"], f"jixiao_{SERVICE}_pattern")

    def _drop(self, address: str) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            name = sql.Identifier(urlsplit(address).path.lstrip("/"))
            connection.execute(sql.SQL("drop database {} with (force)").format(name))

    def _end(self) -> None:
        self._runtime.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def say(sentence: str) -> None:
    """Progress goes to stderr: the last line of stdout is the result."""
    print(sentence, file=sys.stderr, flush=True)


def _cpu_of_tree(number: int) -> float:
    """A server's own time, that of its children, and of those that have ended (PostgreSQL has one for each connection)."""
    server = psutil.Process(number)
    total = sum(server.cpu_times()[:4])  # user, system, and the same of children that have ended
    for child in server.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            total += sum(child.cpu_times()[:4])
    return total
