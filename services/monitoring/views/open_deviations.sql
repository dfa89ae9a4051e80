-- The open deviations of a year that nobody has dismissed: of each project and rule the gravest found, the watched first, then the gravest.
select * from (
    select distinct on (d.project, d.rule) d.year, d.project, p.name, p.unit, d.deviation, d.rule, d.level, d.period, d.found_on, d.event,
           d.dismissed_on, p.watched_by
    from read.deviation d
    join read.project p using (year, project)
    where d.year = %(year)s and d.open
      and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
    order by d.project, d.rule, d.version desc
) latest
where dismissed_on is null
order by cardinality(watched_by) = 0, array_position(array['stop', 'suspend', 'warning', 'notice'], level), period desc, project, rule
limit %(limit)s
