-- Who was on the watch list and is no longer, the latest first.
select w.kind, w.subject, w.version, w.cause, w.grade, w.reason, w.document, w.put_on, w.event, w.off_cause, w.off_grade, w.off_reason,
       w.off_document, w.taken_by, w.taken_on, w.off_event, named.name, coalesce(named.unit, w.subject) as unit
from read.watch w
left join lateral (
    select p.name, p.unit from read.project p where w.kind = 'project' and p.project = w.subject order by p.year desc limit 1
) named on true
where w.taken_on is not null
  and (%(org)s::text is null or coalesce(named.unit, w.subject) = %(org)s or starts_with(coalesce(named.unit, w.subject), %(org)s || '.'))
order by w.taken_on desc, w.kind, w.subject, w.version desc
limit %(limit)s
