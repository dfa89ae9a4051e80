-- Every closed month from a period on as it was judged last.
select distinct on (j.year, j.project, j.period)
       j.year, j.project, j.period, j.as_of, j.rules, j.currency, j.budget, j.execution, j.attainment, j.time, j.findings, j.recommendation,
       j.watched, f.first_paid, j.event
from read.judgement j
left join ledger.project p on p.code = j.project
left join ledger.figure f on f.project = p.id and f.period = j.period and f.currency = j.currency
where j.period >= %(since)s and j.closed
order by j.year, j.project, j.period, j.judgement desc
