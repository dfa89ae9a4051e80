-- The units of the year with their published projects and money, in one currency.
select unit, count(*) as projects, sum(budget)::bigint as budget, sum(paid)::bigint as paid, sum(vouchers)::bigint as vouchers
from publication
where year = %(year)s and latest and currency = %(currency)s
group by unit
order by sum(budget) desc, unit
