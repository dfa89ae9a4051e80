-- What happened in a project's year, as far as it is public, in its order; the months' figures stand in their own table.
select id as event, type, day, time, actor, data
from record.event
where stream = %(stream)s and version <= %(version)s
  and type not like 'jixiao.monitoring.MonthJudged.%%' and type not like 'jixiao.monitoring.ProgressReported.%%'
order by version
