-- The months of a publication.
select period, event, report, closed, paid, paid_in_month, vouchers, digest, execution, attainment, time, mismatch, findings
from month
where year = %(year)s and project = %(project)s and number = %(number)s
order by period
