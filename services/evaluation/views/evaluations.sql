-- Every evaluation of a project, the latest first, with the indicators behind it.
select evaluation, id, scheme, budget, paid, vouchers, parts, total, grade, consequence, rests_on, evaluated_by, evaluated_on, indicators
from read.evaluation
where year = %(year)s and project = %(project)s
order by evaluation desc
