-- A year in sums, by currency: how many projects lie where, what is in force, what stops freed for reallocation.
select currency,
       count(*) as projects,
       count(*) filter (where status in ('submitted', 'passed')) as waiting,
       count(*) filter (where status = 'approved') as approved,
       coalesce(sum(budget), 0)::bigint as budget,
       sum(freed)::bigint as freed
from read.project
where year = %(year)s and (%(org)s::text is null or unit = %(org)s or starts_with(unit, %(org)s || '.'))
group by currency
order by currency <> 'CNY', currency
