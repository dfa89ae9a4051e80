-- What the ledger has counted, by source and currency, and how many projects a source's vouchers are of; all sources, or one. Vouchers
-- are read once.
with sums as materialized (
    select source, currency, project, count(*) as vouchers, sum(amount) as amount, min(date) as first, max(date) as last
    from ledger.voucher
    where %(source)s::text is null or source = (select id from ledger.source where code = %(source)s)
    group by source, currency, project
), projects as (
    select source, count(distinct project) as projects from sums group by source
)
select s.code as source, sums.currency, sum(sums.vouchers)::bigint as vouchers, sum(sums.amount)::bigint as amount,
       min(sums.first) as first, max(sums.last) as last, p.projects
from sums join projects p using (source) join ledger.source s on s.id = source
group by s.code, sums.currency, p.projects
order by s.code, sum(sums.vouchers) desc, sums.currency
