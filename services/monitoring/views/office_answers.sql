-- Corrections answered and not accepted yet, the oldest answer first, with the figures of the project's latest judgement.
select c.year, c.project, p.name, p.unit, p.watched_by, p.currency, p.budget, 'notice' as level, c.number, c.deviations, c.measure, c.by_whom, c.until,
       c.answer, c.evidence, c.answered_on as since, m.period, j.execution, j.attainment, j.mismatch, j.paid, j.event
from read.correction c
join read.project p using (year, project)
left join lateral (
    select period, judgement from read.month where year = c.year and project = c.project order by period desc limit 1
) m on true
left join read.judgement j on j.year = c.year and j.project = c.project and j.judgement = m.judgement
where c.year = %(year)s and c.answer is not null and c.acceptance is null and c.withdrawn_on is null
  and (cardinality(p.watched_by) > 0) = %(watched)s
  and p.status <> 'stopped'
  and (%(org)s::text is null or p.unit = %(org)s or (p.unit > %(org)s || '.' and p.unit < %(org)s || '/'))
order by c.answered_on, c.project, c.number
limit %(limit)s
