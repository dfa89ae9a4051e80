-- The projects of a year whose goals were heard and that the reader may see, by code after a cursor, with their latest evaluation.
select p.year, p.project, p.name, p.unit, p.department, p.scheme, p.currency, p.budget, p.paid, p.vouchers, p.reported_until, p.execution,
       e.evaluation, e.total, e.grade, e.consequence, e.evaluated_on
from read.project p
left join read.evaluation e on (e.year, e.project, e.evaluation) = (p.year, p.project, p.evaluation)
where p.year = %(year)s
  and p.name is not null
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
  and (%(after)s::text is null or p.project > %(after)s collate "C")
order by p.project
limit %(limit)s
