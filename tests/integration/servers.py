"""A real Kafka and a real PostgreSQL for tests: containers where a Docker engine answers, else the local runtime in a folder of its own.

def test_something(servers):
    url = servers.database("goals")                 # as the service role; owner=True as the owner; one database a session
    fresh = servers.fresh("goals")                  # a database of this test's own: fresh.url, fresh.owner_url
    servers.kafka                                   # bootstrap servers; all topics of contracts are there
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from backbone.record.migrate import migrate
from deploy.local import broker, databases
from deploy.local.runtime import Runtime


@dataclass(frozen=True)
class Fresh:
    """A migrated database that nobody else uses."""

    url: str
    owner_url: str


@dataclass
class Servers:
    """Two servers with topics, databases and roles; tables are made when a service's database is first asked for."""

    kafka: str
    admin_url: str
    addresses: dict[str, str]
    _migrated: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def database(self, service: str, owner: bool = False) -> str:
        """The address of the session's database of a service, migrated."""
        if service not in self._migrated:
            migrate(service, self.addresses[f"{service}_owner_database"])
            databases.clone(self.admin_url, self.addresses[f"{service}_database"], f"jixiao_{service}_pattern")
            self._migrated.add(service)
        return self.addresses[f"{service}_owner_database" if owner else f"{service}_database"]

    def fresh(self, service: str) -> Fresh:
        """A new database with the service's tables, all empty (in a tenth of a second: copied from a pattern)."""
        self.database(service)
        name = f"jixiao_{service}_{next(self._numbers)}"
        pattern = databases.at(self.addresses[f"{service}_database"], f"jixiao_{service}_pattern")
        url = databases.clone(self.admin_url, pattern, name)
        return Fresh(url, databases.at(self.addresses[f"{service}_owner_database"], name))


@contextmanager
def start(folder: Path) -> Iterator[Servers]:
    """Servers for as long as the block lasts."""
    with containers() if engine_answers() else local(folder) as (kafka, admin_url):
        broker.wait(kafka)
        broker.make_topics(kafka)
        yield Servers(kafka, admin_url, databases.provision(admin_url))


@contextmanager
def local(folder: Path) -> Iterator[tuple[str, str]]:
    """The local runtime's two servers: (bootstrap servers, administrator's address)."""
    with Runtime(folder, processes=False, tables=False) as runtime:
        values = runtime.settings_values()
        yield values["kafka"], values["database"]


@contextmanager
def containers() -> Iterator[tuple[str, str]]:
    """The same as containers, by the documentation of testcontainers. Not run where no Docker engine answers."""
    from testcontainers.kafka import KafkaContainer
    from testcontainers.postgres import PostgresContainer

    with KafkaContainer().with_kraft() as kafka, PostgresContainer("postgres:18", driver=None) as database:
        yield kafka.get_bootstrap_server(), database.get_connection_url()


def engine_answers() -> bool:
    """A Docker engine is there."""
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env(timeout=2)
        try:
            return bool(client.ping())
        finally:
            client.close()
    except DockerException:
        return False
