-- The indicator values of some projects' reports, in the order in which they arrived, and whether they are in dispute.
select e.data ->> 'project' as project, (e.data ->> 'year')::integer as year, e.data ->> 'period' as period,
       (e.data ->> 'received')::date as received, e.data -> 'values' as values, coalesce(r.vouching = 'disputed', false) as disputed
from record.event e
left join read.report r on r.event = e.id
  and (r.year, r.project, r.report) = ((e.data ->> 'year')::integer, e.data ->> 'project', (e.data ->> 'report')::integer)
where e.stream = any(%(streams)s) and e.type like 'jixiao.monitoring.ProgressReported.%%'
order by e.position
