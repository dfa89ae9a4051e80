"""The local runtime: real Kafka and PostgreSQL and the eight processes, in one folder, started in the order that they need.

    with Runtime(Path(".jixiao"), clock="business") as runtime:   # .start(), and .stop() at the end
        runtime.settings_values()["kafka"]

`processes=False` starts the two servers alone, with databases, topics and tables. `JIXIAO_KAFKA` and `JIXIAO_DATABASE` name servers
that exist: those are used, none is started in their place.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from backbone.process.settings import PROCESSES, SERVICES, Settings
from deploy.local import ports, state, supervision, tokens
from deploy.local.refusal import Refused
from deploy.local.starting import Start

EVERY = tuple(f"{service}-{process}" for service in SERVICES for process in PROCESSES)
"""The eight processes: goals-api, goals-worker, …"""


class AlreadyRunning(Refused):
    """This home's runtime runs: a second start leaves it alone."""


class Runtime:
    """One home folder's runtime. Processes that it starts live on when this Python ends; `stop` ends them."""

    def __init__(
        self,
        home: Path,
        *,
        clock: Literal["system", "business"] = "system",
        demo: bool = False,
        processes: bool | Sequence[str] = True,
        port: int | None = None,
        tables: bool = True,
    ) -> None:
        """`port` names the public page's port; other ports are named by `JIXIAO_…_PORT`. Without `tables` the databases stay empty."""
        self.home = home.absolute()
        self.clock = clock
        self.demo = demo
        self.wanted = EVERY if processes is True else tuple(processes or ())
        self._tables = tables
        self._named = {"publishing_port": port} if port else {}

    def start(self, progress: Callable[[str], None] = lambda _: None) -> None:
        """Start all and return when every process is ready. AlreadyRunning when it runs; Refused, with all ended again, when it can't."""
        with state.only_one(self.home):
            if self.running():
                raise AlreadyRunning(f"the runtime in {self.home} is running already")
            state.end(state.left_behind(self.home), progress)
            try:
                self._start(progress)
            except BaseException:
                self._stop(lambda _: None)
                raise

    def stop(self, progress: Callable[[str], None] = lambda _: None) -> bool:
        """End all of it, the services first; false when nothing ran. The data stay."""
        with state.only_one(self.home):
            return self._stop(progress)

    def running(self) -> bool:
        """This home's supervisor lives."""
        return state.supervisor(self.home) is not None

    def settings_values(self) -> dict[str, Any]:
        """The content of runtime.json that settings know: addresses, ports, keys, clock."""
        return {name: value for name, value in state.read(self.home).items() if name in Settings.model_fields}

    def environment(self) -> dict[str, str]:
        """What a child process needs to find this runtime: this process's environment with its home."""
        return {**os.environ, "JIXIAO_HOME": str(self.home)}

    def processes(self) -> list[dict[str, Any]]:
        """process, state, pid and seconds of each supervised process; empty when nothing runs."""
        return supervision.processes(state.read(self.home)["supervisor"]) if self.running() else []

    def kill(self, process: str, sent: int = signal.SIGKILL) -> int:
        """Send a signal to a process (`goals-worker`, `kafka`, …), as a test of faults does; its number."""
        number = next(entry["pid"] for entry in self.processes() if entry["process"] == process)
        os.kill(number, sent)
        return number

    def __enter__(self) -> Runtime:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self, progress: Callable[[str], None]) -> None:
        kafka, database = os.environ.get("JIXIAO_KAFKA"), os.environ.get("JIXIAO_DATABASE")
        foreign = {"kafka_port", "kafka_controller_port"} if kafka else set[str]()
        foreign |= {"postgres_port"} if database else set()
        wanted = {name: port for name, port in DEFAULT_PORTS.items() if name not in foreign}
        with ports.reserved(wanted, _named_ports(wanted) | self._named) as chosen:
            values = self._values(chosen, kafka, database)
            state.write(self.home, values)
            start = Start(self.home, values, self.wanted, progress, tables=self._tables)
            with ThreadPoolExecutor(3) as pool:
                try:
                    start.supervise()
                    steps = [pool.submit(step) for step in (start.database, start.kafka, start.assets)]
                    steps[0].result()
                    start.run("api")
                    for step in steps[1:]:
                        step.result()
                    start.run("worker")
                    start.wait()
                finally:
                    start.over.set()

    def _stop(self, progress: Callable[[str], None]) -> bool:
        ran = False
        if (supervisor := state.supervisor(self.home)) is not None:
            ran = True
            progress("stopping")
            supervision.remote(state.read(self.home)["supervisor"]).shutdown()
            if not state.ended(supervisor, within=90):
                supervisor.kill()
        orphans = state.left_behind(self.home)
        state.end(orphans, progress)
        values = state.read(self.home)
        if values.pop("supervisor", None):
            state.write(self.home, values)
        return ran or bool(orphans)

    def _values(self, chosen: dict[str, int], kafka: str | None, database: str | None) -> dict[str, Any]:
        """What runtime.json will say: keys and passwords as at the last start, ports anew."""
        known = state.read(self.home)
        private, public = (known["token_key"], known["token_public_key"]) if "token_key" in known else tokens.new_key()
        return {
            **{name: value for name, value in known.items() if name.endswith("_database")},
            **chosen,
            "home": str(self.home),
            "assets": os.environ.get("JIXIAO_ASSETS") or str(self.home / "assets"),
            "kafka": kafka or f"127.0.0.1:{chosen['kafka_port']}",
            "database": database,
            "token_key": private,
            "token_public_key": public,
            "clock": self.clock,
            "demo": self.demo,
        }


def _named_ports(wanted: Iterable[str]) -> dict[str, int]:
    """The ports that the environment names."""
    named: dict[str, int] = {}
    for name in wanted:
        text = os.environ.get(variable := f"JIXIAO_{name.upper()}")
        if text is None:
            continue
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
            raise Refused(f"{variable} is {text!r}, which is no port: a number from 1 to 65535")
        named[name] = int(text)
    return named


INNER_PORTS = {"kafka_controller_port": 19093, "supervisor_port": 19001}
DEFAULT_PORTS = {
    name: field.default for name, field in Settings.model_fields.items() if name.endswith("_port")
} | INNER_PORTS
"""The first number to try for each port, by the name of its setting."""
