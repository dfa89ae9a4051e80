-- What progress reports from a fiscal year on say of their month, in the order in which they arrived.
select data ->> 'project' as project, (data ->> 'year')::integer as year, data ->> 'period' as period, (data ->> 'received')::date as received,
       data ->> 'expected' as expected, data ->> 'serious_problem' as serious_problem
from record.event
where type like 'jixiao.monitoring.ProgressReported.%%' and (data ->> 'year')::integer >= %(year)s
order by position
