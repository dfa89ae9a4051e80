-- What a statement of sums and the ledger come to in the months compared, by currency.
select 'said' as side, currency, coalesce(sum(vouchers), 0)::bigint as vouchers, sum(amount)::bigint as amount
from statement_total where period between %(first)s and %(last)s
group by currency
union all
select 'counted', currency, count(*), sum(amount)::bigint
from ledger.voucher
where %(source)s::text is not null and source = (select id from ledger.source where code = %(source)s)
  and date between %(first_day)s and %(last_day)s
group by currency
union all
select 'counted', currency, sum(vouchers)::bigint, sum(paid)::bigint
from ledger.figure
where %(source)s::text is null and period between %(first)s and %(last)s
group by currency
order by side, currency
