-- Each source's own numbering in a year: its lowest and highest number, what has been missing between them for a while and waits for an
-- explanation, and how many missing numbers are explained.
select s.code as source, n.numbering_year, n.lowest, n.highest,
       coalesce(g.ranges, 0) as ranges, coalesce(g.missing, 0) as missing, g.since, coalesce(g.explained, 0) as explained
from (
    select source, numbering_year, min(lower(seen)) as lowest, max(upper(seen)) - 1 as highest
    from ledger.numbering where not isempty(seen) group by 1, 2
) n
join ledger.source s on s.id = n.source
left join lateral (
    select count(*) filter (where not told.explained) as ranges,
           sum(told.last - told.first + 1) filter (where not told.explained)::bigint as missing,
           min(told.since) filter (where not told.explained) as since,
           sum(told.last - told.first + 1) filter (where told.explained)::bigint as explained
    from (
        select g.first, g.last, g.since, exists (
            select from read.gap_explanation x
            where x.source = s.code and x.numbering_year = g.numbering_year and x.first <= g.first and x.last >= g.last) as explained
        from ledger.gap g
        where g.source = n.source and g.numbering_year = n.numbering_year and g.since <= %(before)s
    ) told
) g on true
order by s.code, n.numbering_year desc
