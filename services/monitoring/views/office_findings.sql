-- What was found from a warning on and of which no correction was ordered, the gravest first, then the oldest; projects that wait for a
-- decision of their own, are suspended or stopped have theirs elsewhere.
select f.year, f.project, p.name, p.unit, p.watched_by, p.currency, p.budget, f.level, f.rule, f.deviation, f.period, f.found_on as since, f.event,
       j.execution, j.attainment, j.mismatch, j.paid
from read.open_finding f
join read.project p using (year, project)
join read.judgement j using (year, project, judgement)
where f.year = %(year)s and not f.ordered and f.gravity >= 1 and p.standing = 'none' and p.status = 'active'
  and (cardinality(p.watched_by) > 0) = %(watched)s
  and (%(org)s::text is null or p.unit = %(org)s or (p.unit > %(org)s || '.' and p.unit < %(org)s || '/'))
order by f.gravity desc, f.found_on, f.project, f.rule
limit %(limit)s
