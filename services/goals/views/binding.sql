-- The grades of the year before, which bind the budget of a year, with the consequence that the scheme prescribes.
select project, name, unit, grade, total, consequence, scheme_used as scheme, evaluated_on
from read.project
where year = %(year)s - 1 and grade is not null
order by project
