-- The departments of a year's projects: a walk from one to the next along the index.
with recursive found as (
    (select department from read.project where year = %(year)s order by department limit 1)
    union all
    select (select p.department from read.project p where p.year = %(year)s and p.department > found.department order by p.department limit 1)
    from found where found.department is not null
)
select department from found where department is not null limit %(limit)s
