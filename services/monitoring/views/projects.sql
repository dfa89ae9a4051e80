-- One page of a year's projects, the watched first, with what has been paid, what is open and what was last judged at a month's close.
select p.year, p.project, p.name, p.unit, p.department, p.currency, p.budget, p.status, p.standing as recommendation, p.grade,
       p.transfer_to, p.watched_by, coalesce(f.paid, 0)::bigint as paid, coalesce(f.vouchers, 0)::bigint as vouchers,
       (select count(*) from (
            select distinct on (d.rule) d.dismissed_on from read.deviation d
            where d.year = p.year and d.project = p.project and d.open order by d.rule, d.version desc
        ) latest where dismissed_on is null) as open_deviations,
       j.period as judged, j.execution, j.attainment, j.mismatch
from read.project p
left join lateral (
    select sum(paid) as paid, sum(vouchers) as vouchers from ledger.figure_by_code
    where project = p.project and currency = p.currency and period between %(first)s and %(last)s
) f on true
left join lateral (
    select period, execution, attainment, mismatch from read.judgement
    where year = p.year and project = p.project and closed
    order by period desc, judgement desc limit 1
) j on true
where p.year = %(year)s and (
    %(after)s = '' or (cardinality(p.watched_by) = 0, p.project) > (
        coalesce((select cardinality(a.watched_by) = 0 from read.project a where a.year = %(year)s and a.project = %(after)s), true), %(after)s)
  )
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
order by cardinality(p.watched_by) = 0, p.project
limit %(limit)s
