-- One page of the projects that owe a report of a month, with the latest report, what stood before it, and the last reminder.
select p.year, p.project, p.name, p.unit, p.department, p.status, p.indicators,
       r.report, r.received, r.indicator_values, r.said, r.supplied_by, r.vouching, r.vouching_unit, r.vouching_reason, r.event,
       c.reminders, c.chased_on, c.event as reminder_event,
       (select jsonb_object_agg(v.key, v.value order by e.period, e.report)
        from read.report e cross join lateral jsonb_each(e.indicator_values) v
        where e.year = p.year and e.project = p.project and e.period < %(period)s) as before
from read.project p
left join lateral (
    select * from read.report l where l.year = p.year and l.project = p.project and l.period = %(period)s
    order by l.report desc limit 1
) r on true
left join read.chase c on c.year = p.year and c.project = p.project and c.period = %(period)s
where p.year = %(year)s and p.project > %(after)s
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
  and (%(project)s::text is null or p.project = %(project)s)
  and (not %(waiting)s or (r.report is null and p.status <> 'stopped'))
order by p.project
limit %(limit)s
