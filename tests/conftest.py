"""What tests of several folders share: a browser, and `servers`, one Kafka and one PostgreSQL for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.browser.browser import browser as started
from tests.browser.browser import chromium
from tests.integration.servers import Servers, start

settings.register_profile("jixiao", deadline=None)  # no test is a matter of time
settings.load_profile("jixiao")

LONGEST = ("test_demo_year.py", "test_local_runtime.py", "test_worker.py")
"""Files that take minutes: they are begun first, so that no process of the run is left alone with one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; the rest as it was."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Debian's chromium; the tests are skipped, and say so, where there is no browser."""
    if chromium() is None:
        pytest.skip("no chromium on the path: apt-get install chromium, or set JIXIAO_TEST_CHROMIUM")
    with started(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Real servers: by testcontainers where a Docker engine answers (not run where none does), else by the local runtime."""
    with start(tmp_path_factory.mktemp("servers")) as found:
        yield found
