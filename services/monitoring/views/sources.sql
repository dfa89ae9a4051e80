-- What the ledger has counted, by source and currency; all sources, or one.
select source, currency, count(*) as vouchers, sum(amount)::bigint as amount, min(date) as first, max(date) as last
from ledger.voucher
where %(source)s::text is null or source = %(source)s
group by source, currency
order by source, count(*) desc, currency
