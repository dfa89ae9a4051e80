-- What units have to do: orders that hold still, and open notices that nobody has explained or dismissed.
select * from (
    select c.year, c.project, p.name, p.unit, c.kind, c.number, c.reason as matter, c.until, c.passed_on, c.ordered_on as since, c.event,
           k.answer is not null as answered
    from read.consequence c
    join read.project p using (year, project)
    left join read.correction k on k.year = c.year and k.project = c.project and k.number = c.number
    where c.year = %(year)s and c.outcome is null and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
    union all
    select d.year, d.project, p.name, p.unit, 'notice', null, d.rule, null, null, d.found_on, d.event, false
    from read.deviation d
    join read.project p using (year, project)
    where d.year = %(year)s and d.open and d.level = 'notice' and d.dismissed_on is null and d.explanation is null and p.status <> 'stopped'
      and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
) task
order by until nulls last, since, project
limit %(limit)s
