-- Recommendations that nobody has answered, the watched first, then the gravest, then the oldest.
select r.year, r.project, p.name, p.unit, p.currency, p.budget, r.kind, r.period, r.judgement, r.rules, r.grounds, r.recommended_on,
       r.event, j.execution, j.attainment, j.mismatch, j.paid, p.watched_by
from read.recommendation r
join read.project p using (year, project)
join read.judgement j using (year, project, judgement)
where r.year = %(year)s and r.outcome is null
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
order by cardinality(p.watched_by) = 0, (r.kind = 'stop') desc, r.recommended_on, r.project
