"""What tests of the public pages share: a published year behind a real site."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.site import Site, serve
from tests.integration.servers import start


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The public site over a database of its own."""
    with (
        start(tmp_path_factory.mktemp("servers")) as servers,
        serve(servers.fresh("publishing").url, tmp_path_factory.mktemp("assets")) as found,
    ):
        yield found
