-- The units of a year in the order of the list, all or one of them, with their latest result.
select unit, place, name, unit_class, evaluation, id, parts, total, grade, rank, consequence, rests_on, evaluated_by, evaluated_on,
       changed, mid_term
from read.unit
where year = %(year)s
  and (%(unit)s::text is null or unit = %(unit)s)
order by place
