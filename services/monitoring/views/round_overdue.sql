-- Parts that are due and not filled in, and may be chased today.
select t.round, t.year, t.project
from read.round_part t
where t.state in ('waiting', 'returned') and t.due < %(day)s
  and (t.chased_on is null or t.chased_on <= t.due or t.chase_next <= %(day)s)
order by t.round, t.project
