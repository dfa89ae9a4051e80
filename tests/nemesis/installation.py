"""What the nemesis torments: two local runtimes in one folder, the servers and the eight processes, with the proxy between them.

The services know the servers by the proxy's ports alone. Kafka tells its clients where to come back to, so its advertised listener is
written over with the proxy's port. Faults and checks reach the servers past the proxy.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from deploy.local import broker, ports, state, supervision
from deploy.local.databases import at
from deploy.local.runtime import EVERY, Runtime
from tests.nemesis.disk import Disk, within
from tests.nemesis.proxy import Proxies

SERVERS = ("kafka", "postgres")
PATIENCE = 60.0


class Installation:
    """Kafka, PostgreSQL and the eight processes in a folder; `start` and `stop` all of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.servers = Runtime(home / "servers", processes=False, tables=False)
        self.services = Runtime(home / "services", clock="business")
        self.disk = Disk(self.servers.home / "postgres") if within() else None
        self.values: dict[str, Any] = {}
        self._proxies: Proxies | None = None
        self._guests: list[subprocess.Popen[bytes]] = []

    @property
    def proxies(self) -> Proxies:
        """The proxy, once all of it has been started."""
        assert self._proxies
        return self._proxies

    @property
    def kafka(self) -> str:
        """Bootstrap servers, by way of the proxy: Kafka names no other place."""
        return f"127.0.0.1:{self.proxies.ports['kafka']}"

    def start(self, progress: Callable[[str], None]) -> None:
        """Start the servers, the proxy before them, and the services behind it."""
        self.servers.start(progress)
        values = self.servers.settings_values()
        self._spare_memory()
        self._proxies = Proxies({"kafka": values["kafka_port"], "postgres": values["postgres_port"]})
        self._advertise()
        admin = re.sub(r":\d+/", f":{self.proxies.ports['postgres']}/", values["database"])
        with _environment(JIXIAO_KAFKA=self.kafka, JIXIAO_DATABASE=admin):
            self.services.start(progress)
        self.values = self.services.settings_values()

    def stop(self, progress: Callable[[str], None] = lambda _: None) -> None:
        """End everything, the paused included."""
        for guest in self._guests:
            guest.kill()
            guest.wait()
        stop_all(self.home, progress)
        if self._proxies is not None:
            self._proxies.close()

    def remove(self) -> None:
        """Let nothing of it be left on the machine; it has been stopped."""
        if self.disk is not None:
            self.disk.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def keep(self) -> None:
        """Leave all of it in its folder; it has been stopped."""
        if self.disk is not None:
            self.disk.keep()

    def heal(self) -> None:
        """Undo every fault: connections flow, there is room, nobody is paused, everybody is started."""
        if self.disk is not None:
            self.disk.free()
        for name in SERVERS:
            self.proxies.order(name, "heal")
        let_go(self.home)
        for guest in self._guests:
            guest.terminate()
        for name in (*SERVERS, *EVERY):
            self.up(name)

    def pid(self, name: str) -> int:
        """The number of a process, waiting for the supervisor to start it where it is down."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = next((each for each in self._runtime(name).processes() if each["process"] == name), None)
            if found and found["pid"]:
                return found["pid"]
            time.sleep(0.05)
        raise TimeoutError(f"{name} was not started within {PATIENCE:.0f} s")

    def signal(self, name: str, sent: int) -> psutil.Process:
        """Send a signal to a process; whom it went to."""
        process = psutil.Process(self.pid(name))
        process.send_signal(sent)
        return process

    def down(self, name: str) -> None:
        """KILL a server and keep the supervisor from starting it."""
        self.signal(name, signal.SIGKILL)
        with suppress(supervision.xmlrpc.client.Fault):
            self._remote(name).stopProcess(name, True)

    def up(self, name: str) -> None:
        """Let the supervisor start a process that is down."""
        full = name if name in SERVERS else f"services:{name}"
        with suppress(supervision.xmlrpc.client.Fault):
            self._remote(name).startProcess(full, False)

    def admin(self) -> psycopg.Connection[Any]:
        """An administrator's connection past the proxy."""
        return psycopg.connect(self.servers.settings_values()["database"], autocommit=True, connect_timeout=5)

    def database(self, service: str) -> psycopg.Connection[Any]:
        """An administrator's connection to a service's database past the proxy."""
        address = at(self.servers.settings_values()["database"], f"jixiao_{service}")
        return psycopg.connect(address, autocommit=True, connect_timeout=5)

    def guest(self, service: str) -> subprocess.Popen[bytes]:
        """A second worker of a service, beside the supervised one."""
        with ports.reserved({"port": 21_000}, {}) as chosen:
            own = {"JIXIAO_HOME": str(self.services.home), f"JIXIAO_{service.upper()}_WORKER_PORT": str(chosen["port"])}
            with (self.services.home / "logs" / f"{service}-guest.log").open("ab") as log:
                guest = subprocess.Popen(
                    [sys.executable, "-m", "cli.main", "serve", service, "worker"],
                    env={**os.environ, **own, state.MARK: str(self.services.home)},
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
        self._guests.append(guest)
        return guest

    def _runtime(self, name: str) -> Runtime:
        return self.servers if name in SERVERS else self.services

    def _remote(self, name: str) -> Any:
        return supervision.remote(state.read(self._runtime(name).home)["supervisor"])

    def _spare_memory(self) -> None:
        """Where PostgreSQL's disk is in memory its log is kept short."""
        if self.disk is not None:
            with self.admin() as conn:
                conn.execute("alter system set max_wal_size = '512MB'")
                conn.execute("select pg_reload_conf()")

    def _advertise(self) -> None:
        """Have Kafka name the proxy's port to its clients: written into its configuration, read at its restart by the supervisor."""
        file = self.servers.home / "kafka" / "server.properties"
        told = f"advertised.listeners=PLAINTEXT://{self.kafka}"
        file.write_text(re.sub(r"(?m)^advertised\.listeners=.*$", told, file.read_text("ascii")), "ascii")
        process = self.signal("kafka", signal.SIGTERM)
        process.wait(PATIENCE)
        self.pid("kafka")
        broker.wait(self.kafka)


def let_go(home: Path) -> None:
    """Continue every process of this folder that is paused."""
    for place in (home / "servers", home / "services"):
        for process in state.left_behind(place):
            with suppress(psutil.Error):
                if process.status() == psutil.STATUS_STOPPED:
                    process.send_signal(signal.SIGCONT)


def stop_all(home: Path, progress: Callable[[str], None] = lambda _: None) -> None:
    """End the services and then the servers of this folder, whoever started them."""
    let_go(home)
    for place in (home / "services", home / "servers"):
        if (place / "runtime.json").is_file():
            Runtime(place).stop(progress)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before: Mapping[str, str | None] = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
