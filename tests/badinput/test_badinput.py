"""A short round of bad input at every door; `make badinput` is the long one."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.badinput import corpora
from tests.badinput.door import Asked, play
from tests.badinput.doors import DOORS
from tests.integration.servers import Servers

MUTATIONS = 300
SHARES = {"http": 400, "topic": 60, "voucher": 12, "token": 8, "file": 12}


@pytest.fixture(scope="module", autouse=True)
def collections() -> Iterator[None]:
    """The collections are here; nothing is logged of what is refused on purpose."""
    try:
        corpora.fetched()
    except corpora.NotFetched as error:
        pytest.skip(str(error))
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.mark.parametrize("name", DOORS)
def test_bad_input_is_accepted_refused_or_set_aside_and_the_next_good_one_passes(servers: Servers, name: str) -> None:
    failures: list[str] = []
    with DOORS[name](servers) as door:
        tally = play(door, Asked(seed=7, mutations=MUTATIONS, share=SHARES[name]), failures.append)
    assert failures == []
    assert tally.fates["tried"] >= MUTATIONS
    assert tally.fates["refused"] + tally.fates["dead_lettered"] > MUTATIONS / 10
