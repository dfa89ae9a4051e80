"""Figures, totals and the sources' numbering are folds of the ledger: made again from it, as the owner. Who reads sees the old ones until
the new are there; the intake waits meanwhile."""

from __future__ import annotations

from backbone.record.events import Connection

_FIGURES = """
insert into ledger.figure (project, period, currency, paid, vouchers, first_paid)
select project, to_char(date, 'YYYY-MM'), currency, sum(amount), count(*), min(date) filter (where amount > 0)
from ledger.voucher group by 1, 2, 3
"""
_TOTALS = """
insert into ledger.total (kind, code, period, currency, paid, vouchers)
select kind, coalesce(code, ''), period, currency, sum(paid), sum(vouchers)
from (
    select unit, functional, economic, to_char(date, 'YYYY-MM') as period, currency, sum(amount) as paid, count(*) as vouchers
    from ledger.voucher group by 1, 2, 3, 4, 5
) as said cross join lateral (values ('unit', unit), ('functional', functional), ('economic', economic)) as class (kind, code)
group by 1, 2, 3, 4
"""


def rebuild_figures(conn: Connection) -> int:
    """Empty figures and totals and fold the whole ledger into them again, in one transaction; how many figures there are. Whatever was
    known of the projects' calm is forgotten."""
    with conn.transaction():
        conn.execute("lock table ledger.figure, ledger.total, ledger.calm in exclusive mode")
        for emptied in ("delete from ledger.figure", "delete from ledger.total", "delete from ledger.calm"):
            conn.execute(emptied)
        conn.execute(_TOTALS)
        return conn.execute(_FIGURES).rowcount
