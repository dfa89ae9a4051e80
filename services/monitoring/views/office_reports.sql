-- Projects whose monthly report is overdue, the longest first.
select f.year, f.project, p.name, p.unit, p.watched_by, p.currency, p.budget, f.level, f.rule, f.deviation, f.period, f.found_on as since, f.event,
       j.execution, j.attainment, j.mismatch, j.paid
from read.open_finding f
join read.project p using (year, project)
join read.judgement j using (year, project, judgement)
where f.year = %(year)s and f.rule = 'report-overdue' and not f.ordered and p.status <> 'stopped'
  and (cardinality(p.watched_by) > 0) = %(watched)s
  and (%(org)s::text is null or p.unit = %(org)s or (p.unit > %(org)s || '.' and p.unit < %(org)s || '/'))
order by f.found_on, f.project
limit %(limit)s
