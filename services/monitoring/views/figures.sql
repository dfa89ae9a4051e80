-- The monthly sums of some projects, from the earliest of their fiscal years on.
select p.code as project, f.period, f.currency, f.paid, f.vouchers, f.first_paid
from ledger.project p join ledger.figure f on f.project = p.id
where p.code = any(%(projects)s)
order by p.code, f.period, f.currency
