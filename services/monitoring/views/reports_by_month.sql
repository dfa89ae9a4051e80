-- How many projects owe a report of each month, and how many have sent it.
select to_char(make_date(%(year)s, month.number, 1), 'YYYY-MM') as period, count(*) as projects,
       count(*) filter (where exists (
           select 1 from read.report r where r.year = p.year and r.project = p.project
             and r.period = to_char(make_date(%(year)s, month.number, 1), 'YYYY-MM'))) as reported,
       count(*) filter (where p.status = 'stopped' and not exists (
           select 1 from read.report r where r.year = p.year and r.project = p.project
             and r.period = to_char(make_date(%(year)s, month.number, 1), 'YYYY-MM'))) as released
from read.project p cross join generate_series(1, %(months)s) as month(number)
where p.year = %(year)s and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
group by month.number
order by month.number
