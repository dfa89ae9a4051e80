-- The latest judgement of each month.
select distinct on (period) period, judgement, as_of, closed, rules, currency, budget, paid, vouchers, digest, execution, attainment,
       time, mismatch, indicator_values, findings, recommendation, event
from read.judgement
where year = %(year)s and project = %(project)s
order by period, judgement desc
