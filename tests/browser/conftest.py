"""What tests of pages share: a published year behind a real site, and the monitoring office over a year of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import office_site
from tests.browser.office_site import Office
from tests.browser.site import Site, serve
from tests.integration.servers import Servers


@pytest.fixture(scope="session")
def site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The public site over a database of its own."""
    with serve(servers.fresh("publishing").url, tmp_path_factory.mktemp("assets")) as found:
        yield found


@pytest.fixture(scope="module")
def office(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The monitoring office in the middle of May, new for each file of tests."""
    with office_site.serve(servers, tmp_path_factory.mktemp("assets")) as found:
        yield found
