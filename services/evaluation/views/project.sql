-- One project in a year, as it was heard.
select year, project, name, unit, department, scheme, currency, budget, paid, vouchers, reported_until, execution, evaluation
from read.project
where year = %(year)s and project = %(project)s and name is not null
