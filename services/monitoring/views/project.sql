-- A project with its goal in force and what has been paid in its currency in the fiscal year.
select p.year, p.project, p.name, p.unit, p.department, p.currency, p.budget, p.approved_on, p.transfer_to, p.tags, p.indicators,
       p.status, p.status_since, p.standing as recommendation, p.grade, p.watched_by, p.changed_on,
       coalesce(f.paid, 0)::bigint as paid, coalesce(f.vouchers, 0)::bigint as vouchers
from read.project p
left join lateral (
    select sum(paid) as paid, sum(vouchers) as vouchers from ledger.figure_by_code
    where project = p.project and currency = p.currency and period between %(first)s and %(last)s
) f on true
where p.year = %(year)s and p.project = %(project)s
