-- Projects in scope of rounds that run whose figures are not taken down yet; a project stopped meanwhile is left out.
select r.round, r.year, s.project
from read.round r
cross join lateral unnest(r.projects) as s (project)
join read.project p on p.year = r.year and p.project = s.project and p.status <> 'stopped'
where r.closed_on is null and (%(round)s::text is null or r.round = %(round)s)
  and not exists (select from read.round_part t where t.round = r.round and t.project = s.project)
order by r.round, s.project
limit %(limit)s
