-- Units by months: of one page of units, how many projects have a month of which level; the latest state of each.
with shown as (
    select distinct unit from read.unit_month
    where year = %(year)s and unit > %(after)s
      and (%(org)s::text is null or unit = %(org)s or (unit > %(org)s || '.' and unit < %(org)s || '/'))
      and (%(unit)s::text is null or unit = %(unit)s)
      and (%(department)s::text is null or department = %(department)s)
    order by unit
    limit %(limit)s
)
select u.unit, u.period, u.level, sum(u.projects)::bigint as projects
from shown join read.unit_month u on u.year = %(year)s and u.unit = shown.unit
where u.projects > 0 and (%(department)s::text is null or u.department = %(department)s)
group by u.unit, u.period, u.level
order by u.unit, u.period, u.level
