-- What the ledger has counted, by source and currency; all sources, or one.
select s.code as source, v.currency, count(*) as vouchers, sum(v.amount)::bigint as amount, min(v.date) as first, max(v.date) as last
from ledger.voucher v join ledger.source s on s.id = v.source
where %(source)s::text is null or v.source = (select id from ledger.source where code = %(source)s)
group by s.code, v.currency
order by s.code, count(*) desc, v.currency
