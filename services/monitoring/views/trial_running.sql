-- Months from a period on that have begun, have vouchers or a report and are not closed yet, with what they come to now and how they were
-- judged last, if they were.
select p.year, p.project, m.period, p.currency, p.budget, p.watched_by, j.rules, j.findings, j.recommendation,
       own.first_paid, coalesce(sum.paid, 0)::bigint as paid
from read.project p
cross join lateral (
    select p.year || '-' || to_char(n, 'fm00') as period from generate_series(1, 12) as n
) m
left join ledger.project l on l.code = p.project
left join ledger.figure own on own.project = l.id and own.period = m.period and own.currency = p.currency
left join read.month latest on latest.year = p.year and latest.project = p.project and latest.period = m.period
left join read.judgement j on j.year = p.year and j.project = p.project and j.judgement = latest.judgement
left join lateral (
    select sum(f.paid) as paid from ledger.figure f
    where f.project = l.id and f.currency = p.currency and f.period between p.year || '-01' and m.period
) sum on true
where p.year >= %(year)s and m.period between %(since)s and %(until)s and not coalesce(j.closed, false)
  and (own.period is not null or j.judgement is not null or (p.project, m.period) in (
      select data ->> 'project', data ->> 'period' from record.event where type like 'jixiao.monitoring.ProgressReported.%%'
  ))
order by p.year, p.project, m.period
