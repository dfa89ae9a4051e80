-- Published projects of the year by code; a search needs all its pairs (index) and all its words as written.
select year, project, name, unit, department, transfer_to, tags, status, currency, budget, paid, vouchers, execution, attainment, total,
       grade, published_on, digest
from publication
where year = %(year)s and latest
  and (%(unit)s::text is null or unit = %(unit)s or department = %(unit)s)
  and (%(grade)s::text is null or grade = %(grade)s)
  and (
      unit = any(%(named)s::text[])
      or (terms @> %(terms)s::text[] and not exists (select from unnest(%(words)s::text[]) as word where position(word in haystack) = 0))
  )
  and project collate "C" > %(after)s
order by project
limit %(limit)s
