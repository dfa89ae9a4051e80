"""One start of the runtime, step by step. Kafka's JVM and PostgreSQL come up side by side; the APIs need the tables alone."""

from __future__ import annotations

import os
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from backbone.process.settings import SERVICES
from backbone.record.migrate import migrate
from deploy.local import artifacts, assets, broker, databases, postgres, state, supervision
from deploy.local.account import Account, account_for
from deploy.local.refusal import Refused
from deploy.local.supervision import Program

HIDDEN = ("JIXIAO_DATABASE", "JIXIAO_TOKEN_KEY", *(f"JIXIAO_{service.upper()}_OWNER_DATABASE" for service in SERVICES))
"""What the environment of the processes does not carry on: the administrator's and the owners' addresses, the signing key."""

REFUSED = ',"%\\\n'
"""What the home's path may not hold. Spaces and Chinese are fine."""


class Start:
    """The steps of one start; `over` set ends every waiting in them."""

    def __init__(
        self,
        home: Path,
        values: dict[str, Any],
        wanted: Sequence[str],
        progress: Callable[[str], None],
        *,
        tables: bool,
    ) -> None:
        self.home, self.values, self.wanted, self.progress = home, values, wanted, progress
        self.tables = tables
        self.own_kafka, self.own_database = "kafka_port" in values, "postgres_port" in values
        self.account = account_for(home / "postgres") if self.own_database else Account()
        self.over = threading.Event()
        if wrong := [character for character in REFUSED if character in str(home)]:
            raise Refused(
                f"the path {home} holds {' '.join(wrong)}, which Kafka or the supervisor can't take: set JIXIAO_HOME elsewhere"
            )
        self._began = time.monotonic()
        self._local = threading.local()

    def supervise(self) -> None:
        """Fetch what is missing, and start the supervisor, which runs nothing yet."""
        if self.own_database:
            postgres.installed()
        sets = ["kafka"] * self.own_kafka
        if absent := artifacts.missing(*sets):
            self.progress(f"fetching {len(absent)} jars (once)")
        artifacts.fetch(*sets)
        environment = {name: value for name, value in os.environ.items() if name not in HIDDEN}
        self.values["supervisor"] = supervision.start(
            self.home, self._programs(), self.values["supervisor_port"], environment=environment
        )
        state.write(self.home, self.values)

    def kafka(self) -> None:
        """Kafka answers, and every topic is there."""
        if self.own_kafka:
            broker.prepare(self.home / "kafka", self.values["kafka_port"], self.values["kafka_controller_port"])
            self._run("kafka")
            self._listens("kafka", self.values["kafka_port"])
        broker.wait(self.values["kafka"], self._check("kafka"))
        broker.make_topics(self.values["kafka"])
        self._say(f"Kafka ready at {self.values['kafka']}")

    def database(self) -> None:
        """PostgreSQL answers, and every service has its database with its roles and tables."""
        if self.own_database:
            folder = self.home / "postgres"
            postgres.prepare(folder, self.account)
            self._run("postgres")
            self.values["database"] = postgres.admin_url(folder, self.values["postgres_port"])
        admin = self.values["database"]
        postgres.wait(admin, self._check("postgres"))
        self.values |= databases.provision(admin, self.values)
        for service in SERVICES if self.tables else ():
            migrate(service, self.values[f"{service}_owner_database"])
        state.write(self.home, self.values)
        self._say(f"PostgreSQL ready at {databases.place(admin)}{', tables up to date' * self.tables}")

    def assets(self) -> None:
        """The pages' style sheets lie where they are read."""
        assets.unpack(Path(self.values["assets"]))

    def run(self, kind: str) -> None:
        """Start the wanted processes of this kind, `api` or `worker`."""
        for name in self.wanted:
            if name.endswith(f"-{kind}"):
                self._run(f"services:{name}")

    def wait(self, *, seconds: float = 180) -> None:
        """Until every wanted process says that it is ready; Refused, naming those that are not, when one does not in time."""
        waiting = {name: self._check(f"services:{name}") for name in self.wanted}
        end = time.monotonic() + seconds
        while waiting:
            for name, check in list(waiting.items()):
                check()
                if self._ready(name):
                    del waiting[name]
            if waiting and time.monotonic() > end:
                raise Refused(f"not ready after {seconds:.0f} s: {', '.join(waiting)}; see {self.home / 'logs'}")
            if waiting:
                time.sleep(0.1)
        if self.wanted:
            self._say(f"{len(self.wanted)} processes ready")

    def _programs(self) -> list[Program]:
        own: list[Program] = []
        if self.own_database:
            command = postgres.command(self.home / "postgres", self.values["postgres_port"], self.account)
            own.append(Program("postgres", command, 10, end="INT", patience=60))
        if self.own_kafka:
            own.append(
                Program("kafka", broker.command(self.home / "kafka"), 20, patience=60, environment=broker.ENVIRONMENT)
            )
        for name in self.wanted:
            command = [sys.executable, "-m", "cli.main", "serve", *name.split("-")]
            own.append(
                Program(
                    name,
                    command,
                    supervision.SERVICES,
                    environment={"JIXIAO_HOME": str(self.home), "PYTHONUNBUFFERED": "1"},
                )
            )
        return own

    def _ready(self, name: str) -> bool:
        service, process = name.split("-")
        port = self.values[f"{service}_port" if process == "api" else f"{service}_{process}_port"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def _run(self, name: str) -> None:
        supervision.remote(self.values["supervisor"]).startProcess(name, False)

    def _listens(self, name: str, port: int, *, seconds: float = 180) -> None:
        """Until our own process listens there: another's Kafka on the same port would answer as well."""
        check, end = self._check(name), time.monotonic() + seconds
        while time.monotonic() < end:
            check()
            try:
                process = psutil.Process(supervision.remote(self.values["supervisor"]).getProcessInfo(name)["pid"])
                if any(
                    found.status == psutil.CONN_LISTEN and found.laddr.port == port
                    for found in process.net_connections("tcp")
                ):
                    return
            except psutil.Error:
                pass
            time.sleep(0.1)
        raise Refused(
            f"{name} does not listen on port {port} after {seconds:.0f} s: see {self.home / 'logs' / f'{name}.log'}"
        )

    def _check(self, name: str) -> Callable[[], None]:
        """What waiting for `name` asks again and again: it raises when the start is over or the process dies each time it is started."""
        first_seen: list[float] = []

        def check() -> None:
            if self.over.is_set():
                raise Refused("the start was broken off")
            if (name == "kafka" and not self.own_kafka) or (name == "postgres" and not self.own_database):
                return
            found = supervision.remote(self.values["supervisor"]).getProcessInfo(name)["statename"]
            if found in ("BACKOFF", "FATAL"):
                first_seen.append(time.monotonic())
                if found == "FATAL" or first_seen[-1] - first_seen[0] > 8:
                    short = name.removeprefix("services:")
                    raise Refused(f"{short} ends as soon as it is started: see {self.home / 'logs' / f'{short}.log'}")

        return check

    def _say(self, sentence: str) -> None:
        self.progress(f"{sentence} ({time.monotonic() - self._began:.1f} s)")
