-- How many projects of a year that the reader may see have which grade; null: not evaluated yet.
select e.grade, count(*) as projects
from read.project p
left join read.evaluation e on (e.year, e.project, e.evaluation) = (p.year, p.project, p.evaluation)
where p.year = %(year)s
  and p.name is not null
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
group by e.grade
