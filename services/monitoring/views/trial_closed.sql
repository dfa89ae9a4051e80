-- Every closed month from a period on as it was judged last, with the place of its judgement in the project's stream.
select distinct on (j.year, j.project, j.period)
       j.year, j.project, j.period, j.as_of, j.rules, j.currency, j.budget, j.execution, j.attainment, j.time, j.findings, j.recommendation,
       j.watched, f.first_paid, e.version
from read.judgement j
join record.event e on e.id = j.event
left join ledger.project p on p.code = j.project
left join ledger.figure f on f.project = p.id and f.period = j.period and f.currency = j.currency
where j.period >= %(since)s and j.closed
order by j.year, j.project, j.period, j.judgement desc
