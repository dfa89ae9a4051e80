-- Projects with a month whose reports were due before the day and that has not been closed.
select p.year, p.project
from read.project p
where exists (
    select 1 from generate_series(1, 12) as month(number)
    where (make_date(p.year, month.number, 1) + interval '1 month')::date + (%(due_day)s - 1) < %(day)s
      and not exists (
          select 1 from read.judgement j
          where j.year = p.year and j.project = p.project and j.closed
            and j.period = to_char(make_date(p.year, month.number, 1), 'YYYY-MM')
      )
)
order by p.year, p.project
