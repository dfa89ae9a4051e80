"""Figures are a fold of the ledger: made again from it, offline, as the owner."""

from __future__ import annotations

from backbone.record.events import Connection

_AGAIN = """
insert into ledger.figure (project, period, currency, paid, vouchers, first_paid)
select project, period, currency, sum(amount), count(*), min(date) filter (where amount > 0)
from ledger.voucher group by project, period, currency
"""


def rebuild_figures(conn: Connection) -> int:
    """Empty `ledger.figure` and fold the whole ledger into it again, in one transaction; how many figures there are."""
    with conn.transaction():
        conn.execute("lock table ledger.figure in exclusive mode")
        conn.execute("delete from ledger.figure")
        return conn.execute(_AGAIN).rowcount
