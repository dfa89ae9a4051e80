"""The filter of what was seen: it never denies what the ledger holds, however often it is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from services.monitoring.bulk.seen import Seen
from tests.integration.servers import Servers
from tests.integration.test_intake import drain, message, voucher

HELD = [(1, 2026, str(number)) for number in range(30)]
OTHERS = [(1, 2026, f"new-{number}") for number in range(200)]


@pytest.fixture
def conn(servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(servers.fresh("monitoring").url, autocommit=True) as connection:
        drain(connection, [message(voucher(number), offset) for offset, (_, _, number) in enumerate(HELD)])
        source = connection.execute("select distinct source from ledger.voucher").fetchone()
        assert source == (1,)
        yield connection


def filled(seen: Seen) -> Seen:
    while not seen.ready:
        seen.fill()
    return seen


def test_until_it_is_filled_it_suspects_everything(conn: psycopg.Connection[Any]) -> None:
    seen = Seen(conn, least=1_000, part=20)
    seen.fill()
    assert not seen.ready
    assert not any(seen.first_seen(place) for place in OTHERS)


def test_what_the_ledger_holds_and_what_it_was_asked_is_suspected(conn: psycopg.Connection[Any]) -> None:
    seen = filled(Seen(conn, least=1_000, part=20))
    assert not any(seen.first_seen(place) for place in HELD)
    assert sum(seen.first_seen(place) for place in OTHERS) > 150
    assert not any(seen.first_seen(place) for place in OTHERS)


def test_one_that_is_full_is_made_anew_and_filled_again(conn: psycopg.Connection[Any]) -> None:
    seen = filled(Seen(conn, least=100, part=20))
    for place in OTHERS:
        seen.first_seen(place)
    assert seen.ready
    seen.fill()
    assert not seen.ready
    filled(seen)
    assert not any(seen.first_seen(place) for place in HELD)
