-- Why the projects of a round deviate, by kind of cause, and how many projects say so.
select c.cause ->> 'kind' as kind, count(distinct t.project) as projects
from read.round_part t
join read.project p using (year, project)
cross join lateral jsonb_array_elements(coalesce(t.causes, '[]')) as c (cause)
where t.round = %(round)s
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
group by 1
order by 2 desc, 1
