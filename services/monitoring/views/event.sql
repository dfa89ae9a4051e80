-- One event of the record, with the unit whose project it is of.
select e.id, e.type, e.stream, e.day, e.time, e.actor, e.origin, e.number, e.data,
       coalesce(p.unit, case when e.stream like 'watch/unit/%%' then e.data ->> 'subject' end, watched.unit) as unit
from record.event e
left join read.project p on p.project = e.data ->> 'project' and p.year = (e.data ->> 'year')::integer
left join lateral (
    select w.unit from read.project w where e.stream like 'watch/project/%%' and w.project = e.data ->> 'subject' order by w.year desc limit 1
) watched on true
where e.id = %(id)s
