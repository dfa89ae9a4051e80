-- One page of the numbers that have been missing for a while, by source and numbering year.
select s.code as source, g.numbering_year, g.first, g.last, g.last - g.first + 1 as missing, g.since
from ledger.gap g join ledger.source s on s.id = g.source
where g.since <= %(before)s and (%(source)s::text is null or s.code = %(source)s)
  and (s.code, g.numbering_year, g.first) > (%(after_source)s, %(after_year)s, %(after_first)s)
order by s.code, g.numbering_year, g.first
limit %(limit)s
