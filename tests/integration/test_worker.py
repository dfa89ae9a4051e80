"""A worker's process on real Kafka: everything heard once, whatever is killed and whoever joins."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import psycopg

from backbone.kafka.clients import RelayProducer
from tests.integration.recording import message, resumed
from tests.integration.servers import Fresh, Servers

ROOT = Path(__file__).parents[2]


@contextmanager
def worker(servers: Servers, fresh: Fresh) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "JIXIAO_HOME": "/nonexistent",
        "JIXIAO_KAFKA": servers.kafka,
        "JIXIAO_GOALS_DATABASE": fresh.url,
        "JIXIAO_GOALS_WORKER_PORT": str(_free_port()),
        "JIXIAO_CLOCK": "business",
    }
    process = subprocess.Popen([sys.executable, "-m", "tests.integration.small_worker"], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) is not None


def say(servers: Servers, run: str, numbers: range, projects: int = 5) -> None:
    producer = RelayProducer(servers.kafka)
    batch = []
    for number in numbers:
        for project in range(projects):
            event = resumed(f"{run}-{project}", f"第 {number} 次")
            sent = message(event, number, 0, id=str(uuid5(NAMESPACE_URL, f"{run}/{project}/{number}")))
            batch.append((sent.key or b"", sent.value or b"", []))
    producer.send("monitoring.events", batch)


def heard(fresh: Fresh, run: str) -> list[tuple[str, int]]:
    with psycopg.connect(fresh.url) as conn:
        return conn.execute(
            "select stream, origin_number from record.event where stream like %s order by stream, version",
            (f"project/{run}-%",),
        ).fetchall()


def eventually(condition: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.1)


def expected(run: str, upto: int, projects: int = 5) -> list[tuple[str, int]]:
    return [(f"project/{run}-{project}/2026", number) for project in range(projects) for number in range(1, upto + 1)]


def test_a_killed_worker_goes_on_where_its_last_commit_was(servers: Servers) -> None:
    run, fresh = uuid4().hex[:8], servers.fresh("goals")
    with worker(servers, fresh) as first:
        say(servers, run, range(1, 21))
        eventually(lambda: len(heard(fresh, run)) > 10)
        first.kill()
    say(servers, run, range(21, 41))
    with worker(servers, fresh):
        eventually(lambda: len(heard(fresh, run)) >= 200)
    assert heard(fresh, run) == expected(run, 40)


def test_a_worker_that_finds_another_topic_than_it_left_reads_it_from_its_beginning_and_says_so(
    servers: Servers,
) -> None:
    run, fresh = uuid4().hex[:8], servers.fresh("goals")
    with worker(servers, fresh):
        say(servers, run, range(1, 6))
        eventually(lambda: len(heard(fresh, run)) == 25)
    with psycopg.connect(fresh.url) as conn:
        conn.execute("update record.consumed set topic_id = 'another' where topic = 'monitoring.events'")
    with worker(servers, fresh):
        say(servers, run, range(6, 11))
        eventually(lambda: len(heard(fresh, run)) == 50)
    assert heard(fresh, run) == expected(run, 10)
    with psycopg.connect(fresh.url) as conn:
        found = conn.execute("select distinct topic, found, goes_on_at from record.topic_change").fetchall()
    assert found == [("monitoring.events", "made-anew", 0)]


def test_a_paused_owner_that_was_replaced_writes_nothing_more(servers: Servers) -> None:
    run, fresh = uuid4().hex[:8], servers.fresh("goals")
    with worker(servers, fresh) as first:
        say(servers, run, range(1, 6))
        eventually(lambda: len(heard(fresh, run)) == 25)
        first.send_signal(signal.SIGSTOP)
        with worker(servers, fresh):
            say(servers, run, range(6, 31))
            eventually(lambda: len(heard(fresh, run)) == 150)
            first.send_signal(signal.SIGCONT)
            say(servers, run, range(31, 36))
            eventually(lambda: len(heard(fresh, run)) == 175)
    assert heard(fresh, run) == expected(run, 35)


def test_a_stopped_worker_ends_cleanly(servers: Servers) -> None:
    fresh = servers.fresh("goals")
    with worker(servers, fresh) as process:
        eventually(lambda: _claimed(fresh))
        process.terminate()
        assert process.wait(20) == 0


def _claimed(fresh: Fresh) -> bool:
    with psycopg.connect(fresh.url) as conn:
        row = conn.execute("select count(*) from record.consumed").fetchone()
    return row is not None and row[0] > 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
