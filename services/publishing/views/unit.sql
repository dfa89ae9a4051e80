-- A unit's year in one row a currency, over its own projects and those of its subordinates.
select currency, count(*) as projects, sum(budget)::bigint as budget, sum(paid)::bigint as paid, sum(vouchers)::bigint as vouchers
from publication
where year = %(year)s and latest and (unit = %(unit)s or department = %(unit)s)
group by currency
order by (currency = 'CNY') desc, currency
