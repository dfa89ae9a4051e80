"""Figures and totals are folds of the ledger: made again from it, as the owner. Who reads sees the old ones until the new are there; the
intake waits meanwhile. The sources' numbering is no such fold: a number has come whatever became of its voucher."""

from __future__ import annotations

from backbone.record.events import Connection

MEMORY = "128MB"
"""What one step of the folding may hold in memory; what is more goes to disk."""
_MONTH = "date - (extract(day from date)::integer - 1) as month"
_FIGURES = f"""
insert into ledger.figure (project, period, currency, paid, vouchers, first_paid)
select project, to_char(month, 'YYYY-MM'), currency, sum(amount), count(*), min(date) filter (where amount > 0)
from (select project, date, {_MONTH}, currency, amount from ledger.voucher) as dated
group by project, month, currency
"""  # noqa: S608
_TOTALS = f"""
insert into ledger.total (kind, code, period, currency, paid, vouchers)
select kind, coalesce(case kind when 'unit' then unit when 'functional' then functional else economic end, ''),
       to_char(month, 'YYYY-MM'), currency, paid, vouchers
from (
    select case when grouping(unit) = 0 then 'unit' when grouping(functional) = 0 then 'functional' else 'economic' end as kind,
           unit, functional, economic, month, currency, sum(amount) as paid, count(*) as vouchers
    from (select unit, functional, economic, {_MONTH}, currency, amount from ledger.voucher) as dated
    group by grouping sets ((unit, month, currency), (functional, month, currency), (economic, month, currency))
) as classes
"""  # noqa: S608


def rebuild_figures(conn: Connection) -> int:
    """Empty figures and totals and fold the whole ledger into them again, in one transaction; how many figures there are. Whatever was
    known of the projects' calm is forgotten."""
    with conn.transaction():
        conn.execute("lock table ledger.figure, ledger.total, ledger.calm in exclusive mode")
        for emptied in ("delete from ledger.figure", "delete from ledger.total", "delete from ledger.calm"):
            conn.execute(emptied)
        conn.execute("select set_config('work_mem', %s, true)", (MEMORY,))
        conn.execute(_TOTALS)
        return conn.execute(_FIGURES).rowcount
