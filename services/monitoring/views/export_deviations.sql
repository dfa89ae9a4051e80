-- Every deviation, with what was decided of it.
select d.year, d.project, p.name, p.unit, p.department, d.deviation, d.rule, d.level, d.period, d.found_on, d.judgement,
       case when not d.open then 'over' when d.dismissed_on is not null then 'dismissed' else 'open' end as state,
       d.explanation, d.explained_by, d.explained_on, d.dismissed_on, d.dismissed_by, d.dismissal_reason, d.dismissal_document, d.event
from read.deviation d join read.project p using (year, project)
where (%(year)s::integer is null or d.year = %(year)s)
  and (%(project)s::text is null or d.project = %(project)s)
  and (%(since)s::date is null or d.found_on >= %(since)s)
  and (%(unit)s::text is null or p.unit = %(unit)s or starts_with(p.unit, %(unit)s || '.'))
order by d.year, d.project, d.version
