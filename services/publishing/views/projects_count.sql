-- How many published projects the same search finds.
select count(*) as found
from publication
where year = %(year)s and latest
  and (%(unit)s::text is null or unit = %(unit)s or department = %(unit)s)
  and (%(grade)s::text is null or grade = %(grade)s)
  and (
      unit = any(%(named)s::text[])
      or (terms @> %(terms)s::text[] and not exists (select from unnest(%(words)s::text[]) as word where position(word in haystack) = 0))
  )
