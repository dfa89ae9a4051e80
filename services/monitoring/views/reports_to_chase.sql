-- Projects whose report of a month has not come and that were last reminded before the working day that has been reached.
select p.project
from read.project p
left join read.chase c on c.year = p.year and c.project = p.project and c.period = %(period)s
where p.year = %(year)s and p.status <> 'stopped' and coalesce(c.working_day, 0) < %(working_day)s
  and not exists (
      select 1 from read.report r where r.year = p.year and r.project = p.project and r.period = %(period)s
  )
order by p.project
