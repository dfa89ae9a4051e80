-- The watch list as it is now, with the projects that each entry covers; projects first, then units.
select w.kind, w.subject, w.version, w.cause, w.year, w.grade, w.reason, w.document, w.put_by, w.put_on, w.event,
       named.name, coalesce(named.unit, w.subject) as unit,
       (select count(*) from read.project p
        where p.year = %(year)s and p.watched_by @> array[w.kind || '/' || w.subject]) as projects
from read.watch w
left join lateral (
    select p.name, p.unit from read.project p where w.kind = 'project' and p.project = w.subject order by p.year desc limit 1
) named on true
where w.taken_on is null
  and (%(org)s::text is null or coalesce(named.unit, w.subject) = %(org)s or starts_with(coalesce(named.unit, w.subject), %(org)s || '.'))
order by w.kind, w.put_on desc, w.subject
