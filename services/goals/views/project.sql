-- One project in a year, with the grade of the year before, which binds its budget.
select p.*, before.grade as previous_grade, before.total as previous_total, before.consequence as previous_consequence
from read.project p
left join read.project before on before.year = p.year - 1 and before.project = p.project
where p.year = %(year)s and p.project = %(project)s
