-- One page of the numbers that have been missing for a while, by source and numbering year: open ones, explained ones, or all.
select s.code as source, g.numbering_year, g.first, g.last, g.last - g.first + 1 as missing, g.since,
       e.reason, e.document, e.explained_by, e.explained_on
from ledger.gap g join ledger.source s on s.id = g.source
left join lateral (
    select * from read.gap_explanation x
    where x.source = s.code and x.numbering_year = g.numbering_year and x.first <= g.first and x.last >= g.last
    order by x.explained_on desc, x.last - x.first limit 1
) e on true
where g.since <= %(before)s and (%(source)s::text is null or s.code = %(source)s)
  and (%(state)s = 'all' or (e.event is null) = (%(state)s = 'open'))
  and (s.code, g.numbering_year, g.first) > (%(after_source)s, %(after_year)s, %(after_first)s)
order by s.code, g.numbering_year, g.first
limit %(limit)s
