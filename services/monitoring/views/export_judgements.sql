-- Every judgement of every month, the earlier ones of a month too.
select j.year, j.project, p.name, p.unit, p.department, j.period, j.judgement, j.as_of, j.closed, j.rules, j.currency, j.budget, j.paid,
       j.vouchers, j.digest, j.execution, j.attainment, j.time, j.mismatch,
       (select string_agg(concat(key, '=', value), '; ' order by key) from jsonb_each_text(j.indicator_values)) as values,
       (select string_agg(concat(f ->> 'rule', ':', f ->> 'level'), '; ') from jsonb_array_elements(j.findings) f) as findings,
       j.recommendation, j.event
from read.judgement j join read.project p using (year, project)
where (%(year)s::integer is null or j.year = %(year)s)
  and (%(project)s::text is null or j.project = %(project)s)
  and (%(since)s::date is null or j.as_of >= %(since)s)
  and (%(unit)s::text is null or p.unit = %(unit)s or starts_with(p.unit, %(unit)s || '.'))
order by j.year, j.project, j.judgement
