-- Results that wait for an official: evaluated, and this evaluation not published.
select year, project, name, unit, currency, budget, paid, total, grade, number, evaluation, evaluated_on, published is not null as published_before
from result
where (%(year)s::integer is null or year = %(year)s) and evaluation is not null and evaluation is distinct from published
order by year desc, project
