-- Recommendations that nobody has answered, the gravest first, then the oldest, with the figures of the judgement that they rest on.
select r.year, r.project, p.name, p.unit, p.watched_by, p.currency, p.budget, r.kind as level, r.period, r.grounds, r.recommended_on as since, r.event,
       j.execution, j.attainment, j.mismatch, j.paid
from read.recommendation r
join read.project p using (year, project)
join read.judgement j using (year, project, judgement)
where r.year = %(year)s and r.outcome is null
  and (cardinality(p.watched_by) > 0) = %(watched)s
  and (%(org)s::text is null or p.unit = %(org)s or (p.unit > %(org)s || '.' and p.unit < %(org)s || '/'))
order by (r.kind = 'stop') desc, r.recommended_on, r.project
limit %(limit)s
