"""The filter of what was seen: it never denies what the ledger holds, however often it is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import psycopg
import pytest

from services.monitoring.bulk.codes import PLACE_TYPES
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


def first_seen(seen: Seen, places: list[tuple[int, int, str]]) -> list[bool]:
    return seen.first_seen(pl.DataFrame(places, schema=PLACE_TYPES, orient="row")).to_list()


def filled(seen: Seen) -> Seen:
    while not seen.ready:
        seen.fill()
    return seen


def test_until_it_is_filled_it_suspects_everything(conn: psycopg.Connection[Any]) -> None:
    seen = Seen(conn, least=1_000, part=20)
    seen.fill()
    assert not seen.ready
    assert not any(first_seen(seen, OTHERS))


def test_what_the_ledger_holds_and_what_it_was_asked_is_suspected(conn: psycopg.Connection[Any]) -> None:
    seen = filled(Seen(conn, least=1_000, part=20))
    assert not any(first_seen(seen, HELD))
    assert sum(first_seen(seen, OTHERS)) > 150
    assert not any(first_seen(seen, OTHERS))


def test_one_that_is_full_is_made_anew_and_filled_again(conn: psycopg.Connection[Any]) -> None:
    seen = filled(Seen(conn, least=100, part=20))
    first_seen(seen, OTHERS)
    assert seen.ready
    seen.fill()
    assert not seen.ready
    filled(seen)
    assert not any(first_seen(seen, HELD))


def test_a_voucher_that_comes_twice_at_once_is_suspected_the_second_time(conn: psycopg.Connection[Any]) -> None:
    seen = filled(Seen(conn, least=1_000, part=20))
    assert first_seen(seen, [(9, 2026, "twice"), (9, 2026, "twice"), (9, 2026, "once")]) == [True, False, True]
