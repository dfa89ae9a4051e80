"""The ledger's pages in front of many vouchers: no page reads the ledger from end to end, however many they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from services.monitoring import views
from services.monitoring.views import ledger
from services.monitoring.views.statements import statement
from tests.integration.reading import rows_in_sequence
from tests.integration.servers import Servers

VOUCHERS = 200_000
_FILL = """
insert into ledger.voucher (amount, log_offset, sequence, project, date, source, numbering_year, topic_partition, number, currency,
                            unit, functional, economic)
select 100 + i % 1000000, i, i, 1 + i * 31 % 5000, date '2026-01-01' + (i * 360 / {vouchers})::integer, 1, 2026, i % 4,
       'n-' || lpad(i::text, 8, '0'), 'CNY', 'unit-' || i * 31 % 5000 % 60, '2130' || i % 40, '309' || i % 30
from generate_series(1::bigint, {vouchers}) as i
"""
_FOLD = """
insert into ledger.figure (project, period, currency, paid, vouchers, first_paid)
select project, to_char(date, 'YYYY-MM'), currency, sum(amount), count(*), min(date) from ledger.voucher group by 1, 2, 3
"""
_TOTAL = """
insert into ledger.total (kind, code, period, currency, paid, vouchers)
select kind, code, to_char(date, 'YYYY-MM'), currency, sum(amount), count(*)
from ledger.voucher cross join lateral (values ('unit', unit), ('functional', functional), ('economic', economic)) as class (kind, code)
group by 1, 2, 3, 4
"""


@pytest.fixture(scope="module")
def conn(servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    fresh = servers.fresh("monitoring")
    with psycopg.connect(fresh.owner_url, autocommit=True) as owner:
        owner.execute("insert into ledger.source (code) values ('treasury-1')")
        owner.execute("insert into ledger.project (code) select 'CS-' || i from generate_series(1, 5000) i")
        owner.execute(_FILL.format(vouchers=VOUCHERS))
        owner.execute(_FOLD)
        owner.execute(_TOTAL)
        owner.execute("vacuum analyze")
    with psycopg.connect(fresh.url, autocommit=True) as found:
        yield found


def plan(conn: psycopg.Connection[Any], name: str, **bound: Any) -> str:
    return "\n".join(row[0] for row in conn.execute(b"explain " + statement(name), bound))


MONTH = {
    "first": "2026-06-01",
    "last": "2026-06-30",
    "after_date": "2026-06-03",
    "after_source": 1,
    "after_year": 2026,
    "after_number": "n-00001234",
    "limit": 101,
}


@pytest.mark.parametrize(("kind", "code"), [(None, ""), ("unit", "unit-7"), ("economic", "3099")])
def test_a_months_vouchers_are_found_by_their_days(conn: psycopg.Connection[Any], kind: str | None, code: str) -> None:
    found = plan(conn, "ledger_month", kind=kind, code=code, **MONTH)
    assert "Bitmap Index Scan on voucher_date" in found
    assert "Seq Scan on voucher " not in found


def test_a_voucher_and_a_projects_vouchers_are_found_by_their_index(conn: psycopg.Connection[Any]) -> None:
    found = plan(conn, "ledger_voucher", source="treasury-1", numbering_year=2026, number="n-00001234")
    assert "voucher_pkey" in found
    assert "Seq Scan on voucher " not in found
    place = {"project": "CS-7", "first": "2026-01-01", "last": "2026-12-31", "limit": 101}
    begin = {"after_date": "2026-02-01", "after_source": "treasury-1", "after_year": 2026, "after_number": "n-1"}
    assert "voucher_project" in plan(conn, "vouchers", **place, **begin)


PAGES: dict[str, Callable[[psycopg.Connection[Any]], Any]] = {
    "months": lambda conn: ledger.months(conn, 2026),
    "classes": lambda conn: ledger.classes(conn, "economic", 2026, None, None, 100),
    "projects": lambda conn: ledger.project_totals(conn, 2026, None, '["CS-4000","CNY"]', 100),
    "projects of a month": lambda conn: ledger.project_totals(conn, 2026, "2026-03", None, 100),
    "month": lambda conn: ledger.month_vouchers(conn, "2026-06", None, "", None, 100),
    "class": lambda conn: ledger.month_vouchers(conn, "2026-06", "unit", "unit-7", None, 100),
    "nobody's": lambda conn: ledger.month_vouchers(conn, "2026-06", "unit", "nobody", None, 100),
    "project": lambda conn: views.vouchers(conn, "CS-7", 2026, "2026-12", None, 100),
}


@pytest.mark.parametrize("page", list(PAGES))
def test_no_page_reads_the_ledger_from_end_to_end(conn: psycopg.Connection[Any], page: str) -> None:
    with rows_in_sequence(conn, "ledger.voucher") as read:
        assert PAGES[page](conn) is not None
    assert not read


def test_a_reading_from_end_to_end_would_be_seen(conn: psycopg.Connection[Any]) -> None:
    with rows_in_sequence(conn, "ledger.voucher") as read:
        conn.execute("select sum(amount) from ledger.voucher")
    assert read["ledger.voucher"] > 0


def test_pages_put_together_are_the_whole(conn: psycopg.Connection[Any]) -> None:
    """A class's vouchers of a month, page by page, are as many as its total says and come to the same."""
    (total,) = (row for row in ledger.class_months(conn, "economic", "3097", 2026) if row["period"] == "2026-06")
    found, after = [], None
    while True:
        page, after = ledger.month_vouchers(conn, "2026-06", "economic", "3097", after, 100)
        found += page
        if after is None:
            break
    assert len({row["number"] for row in found}) == len(found) == total["vouchers"]
    assert sum(row["amount"] for row in found) == total["paid"]
