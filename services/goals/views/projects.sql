-- The projects of a year that the reader may see, in the order of their codes, after a cursor.
select p.year, p.project, p.name, p.unit, p.department, p.kind, p.currency, p.tags, p.status, p.status_since, p.submission,
       p.declared_budget, p.budget, p.document, p.approved_on, p.pending_adjustment, p.execution, p.freed,
       p.urged is not null as urged, p.grade, p.consequence, before.grade as previous_grade, before.consequence as previous_consequence
from read.project p
left join read.project before on before.year = p.year - 1 and before.project = p.project
where p.year = %(year)s
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
  and (%(status)s::text is null or p.status = %(status)s)
  and (%(after)s::text is null or p.project > %(after)s collate "C")
order by p.project
limit %(limit)s
