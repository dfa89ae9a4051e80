-- Progress reports of months from a period on, in the order in which they arrived.
select data ->> 'project' as project, (data ->> 'year')::integer as year, data ->> 'period' as period, (data ->> 'received')::date as received,
       data ->> 'expected' as expected, data ->> 'serious_problem' as serious_problem, data -> 'values' as values
from record.event
where type like 'jixiao.monitoring.ProgressReported.%%' and (data ->> 'year')::integer >= %(year)s
order by position
