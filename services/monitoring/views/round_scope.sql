-- The projects that a round can take in: of a year, not stopped, of some departments or by code where those are named.
select project
from read.project
where year = %(year)s and status <> 'stopped'
  and (%(departments)s::text[] is null or department = any(%(departments)s))
  and (%(projects)s::text[] is null or project = any(%(projects)s))
order by project
