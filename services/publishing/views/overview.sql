-- The year in one row a currency: how many projects are published, with which money.
select currency, count(*) as projects, count(distinct unit) as units, sum(budget)::bigint as budget, sum(paid)::bigint as paid,
       sum(vouchers)::bigint as vouchers, count(*) filter (where status = 'suspended') as suspended,
       count(*) filter (where status = 'stopped') as stopped
from publication
where year = %(year)s and latest
group by currency
order by (currency = 'CNY') desc, currency
