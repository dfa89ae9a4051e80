-- The years in which the reader sees projects, the latest first.
select distinct year
from read.project
where %(org)s::text is null or unit = %(org)s or starts_with(unit, %(org)s || '.')
order by year desc
