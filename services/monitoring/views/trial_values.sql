-- The indicator values of some projects' reports, in the order in which they arrived.
select data ->> 'project' as project, (data ->> 'year')::integer as year, data ->> 'period' as period, (data ->> 'received')::date as received,
       data -> 'values' as values
from record.event
where stream = any(%(streams)s) and type like 'jixiao.monitoring.ProgressReported.%%'
order by position
