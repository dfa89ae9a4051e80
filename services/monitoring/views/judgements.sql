-- Every judgement of a project, the earlier ones of a month too.
select period, judgement, as_of, closed, paid, vouchers, digest, execution, attainment, mismatch, findings, recommendation, event
from read.judgement
where year = %(year)s and project = %(project)s
order by judgement
