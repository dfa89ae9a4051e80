-- The monthly sums of some projects, from the earliest of their fiscal years on.
select project, period, currency, paid, vouchers, first_paid
from ledger.figure
where project = any(%(projects)s)
order by project, period, currency
