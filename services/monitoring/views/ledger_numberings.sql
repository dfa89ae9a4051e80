-- Each source's own numbering in a year: its lowest and highest number, and what has been missing between them for a while.
select s.code as source, n.numbering_year, lower(n.seen) as lowest, upper(n.seen) - 1 as highest,
       coalesce(g.ranges, 0) as ranges, coalesce(g.missing, 0) as missing, g.since
from ledger.numbering n
join ledger.source s on s.id = n.source
left join lateral (
    select count(*) as ranges, sum(last - first + 1)::bigint as missing, min(since) as since
    from ledger.gap where source = n.source and numbering_year = n.numbering_year and since <= %(before)s
) g on true
where not isempty(n.seen)
order by s.code, n.numbering_year desc
