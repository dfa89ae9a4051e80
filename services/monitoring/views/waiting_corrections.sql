-- Corrections that wait for an answer or for its acceptance, the watched first, then the earliest deadline.
select c.year, c.project, p.name, p.unit, c.number, c.deviations, c.measure, c.by_whom, c.until, c.document, c.ordered_on, c.answer,
       c.answered_on, c.overdue_on, p.watched_by
from read.correction c
join read.project p using (year, project)
where c.year = %(year)s and c.acceptance is null and c.withdrawn_on is null
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
order by cardinality(p.watched_by) = 0, c.until, c.project, c.number
