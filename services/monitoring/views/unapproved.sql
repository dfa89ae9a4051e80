-- Projects with vouchers in a year of which no approved goal has been heard.
select f.project, f.currency, sum(f.paid)::bigint as paid, sum(f.vouchers)::bigint as vouchers, min(f.period) as first,
       max(f.period) as last
from ledger.figure_by_code f
where f.period between %(first)s and %(last)s
  and not exists (select 1 from read.project p where p.year = %(year)s and p.project = f.project)
group by f.project, f.currency
order by f.project, f.currency
limit %(limit)s
