"""What integration tests share: `servers`, one Kafka and one PostgreSQL for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.servers import Servers, start


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Real servers: by testcontainers where a Docker engine answers (not run where none does), else by the local runtime."""
    with start(tmp_path_factory.mktemp("servers")) as found:
        yield found
