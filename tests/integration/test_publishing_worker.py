"""Publishing's own worker on real Kafka: three services are heard on their topics, and what was approved is told on publishing's."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from confluent_kafka import Consumer, TopicPartition

from backbone.kafka.clients import RelayProducer
from backbone.record.transact import Transact
from contracts.envelope import open_structured
from contracts.event import PublicEvent
from services.publishing import handlers
from services.publishing.app import RECORD
from tests.browser.site import StandingClock, enveloped
from tests.domain.publishing.year import OFFICIAL, YEAR, evaluated, whole_year
from tests.integration.servers import Fresh, Servers


@contextmanager
def worker(servers: Servers, fresh: Fresh, folder: Path) -> Iterator[None]:
    """`jixiao serve publishing worker` as a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "JIXIAO_HOME": "/nonexistent",
        "JIXIAO_KAFKA": servers.kafka,
        "JIXIAO_PUBLISHING_DATABASE": fresh.url,
        "JIXIAO_PUBLISHING_WORKER_PORT": str(port),
        "JIXIAO_CLOCK": "business",
    }
    command = [sys.executable, "-c", "from cli.main import main; main()", "serve", "publishing", "worker"]
    process = subprocess.Popen(command, cwd=folder, env=environment)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def say(servers: Servers, events: list[PublicEvent], numbers: dict[tuple[str, str], int]) -> None:
    """Each event on its owner's topic, as that service's relay would send it."""
    producer = RelayProducer(servers.kafka)
    for event in events:
        producer.send(event.topic, [(event.stream().encode(), enveloped(event, numbers).to_bytes(), [])])


def told(servers: Servers, stream: str) -> list[str]:
    """The types on publishing.events of one stream, in their order."""
    consumer = Consumer({"bootstrap.servers": servers.kafka, "group.id": uuid4().hex, "enable.auto.commit": False})
    partitions = consumer.list_topics("publishing.events", 10).topics["publishing.events"].partitions
    consumer.assign([TopicPartition("publishing.events", number, 0) for number in partitions])
    found: list[str] = []
    while (message := consumer.poll(2)) is not None:
        if message.error() is None and (envelope := open_structured(message.value())).subject == stream:
            found.append(envelope.type)
    consumer.close()
    return found


def eventually(condition: Callable[[], Any], seconds: float = 60) -> None:
    """Wait for it; fail where it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.1)


def test_a_year_is_heard_on_three_topics_and_its_publication_told(servers: Servers, tmp_path: Path) -> None:
    fresh, project = servers.fresh("publishing"), f"P-{uuid4().hex[:8]}"
    year = whole_year(project, troubled=True)
    assessment = evaluated(subject_kind="unit", project=None, audience="circulated", unit=f"U-{project}")
    with psycopg.connect(fresh.url, autocommit=True) as conn, worker(servers, fresh, tmp_path):
        transact = Transact(lambda: _kept(conn), RECORD, StandingClock())
        say(servers, [*year, assessment], {})

        def count() -> int:
            row = conn.execute("select count(*) from record.event where stream = %s", (f"project/{project}/{YEAR}",))
            return row.fetchone()[0]  # type: ignore[index]

        eventually(lambda: count() == len(year))
        outcome = transact(lambda tx: handlers.approve_result(tx, project, YEAR, "县绩效〔2027〕2号"), actor=OFFICIAL)
        assert len(outcome.events) == 3, "approved, written down, published"  # type: ignore[union-attr]
        eventually(
            lambda: (
                told(servers, f"project/{project}/{YEAR}")
                == ["jixiao.publishing.ResultApproved.v1", "jixiao.publishing.ResultPublished.v1"]
            )
        )
        assert conn.execute("select count(*) from record.event where stream like 'unit/%'").fetchone() == (0,)
        assert conn.execute("select count(*) from record.dead_letter").fetchone() == (0,)
    assert list(tmp_path.iterdir()) == [], "a worker leaves nothing where it was started"


@contextmanager
def _kept(conn: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    yield conn
