-- One event of the record, with the unit whose project it is of.
select e.id, e.type, e.stream, e.day, e.time, e.actor, e.origin, e.number, e.data, p.unit
from record.event e
left join read.project p on p.project = e.data ->> 'project' and p.year = (e.data ->> 'year')::integer
where e.id = %(id)s
