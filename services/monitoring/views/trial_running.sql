-- Months from a period on that have begun, have vouchers, a report or a judgement and are not closed, with what they come to now and how
-- they were judged last, if they were.
with closed as materialized (
    select distinct year, project, period from read.judgement where period between %(since)s and %(until)s and closed
), judged as materialized (
    select distinct on (year, project, period) year, project, period, rules, findings, recommendation
    from read.judgement where period between %(since)s and %(until)s
    order by year, project, period, judgement desc
), running as (
    select left(f.period, 4)::integer as year, l.code as project, f.period
    from ledger.figure f join ledger.project l on l.id = f.project where f.period between %(since)s and %(until)s
    union
    select (data ->> 'year')::integer, data ->> 'project', data ->> 'period' from record.event
    where type like 'jixiao.monitoring.ProgressReported.%%' and data ->> 'period' between %(since)s and %(until)s
    union
    select year, project, period from judged
    except
    select year, project, period from closed
)
select p.year, p.project, r.period, p.currency, p.budget, p.watched_by, j.rules, j.findings, j.recommendation, own.first_paid,
       coalesce(so_far.paid, 0)::bigint as paid
from running r
join read.project p on p.year = r.year and p.project = r.project
left join ledger.project l on l.code = p.project
left join ledger.figure own on own.project = l.id and own.period = r.period and own.currency = p.currency
left join judged j on j.year = r.year and j.project = r.project and j.period = r.period
left join lateral (
    select sum(f.paid) as paid from ledger.figure f
    where f.project = l.id and f.currency = p.currency and f.period between p.year || '-01' and r.period
) so_far on true
order by p.year, p.project, r.period
