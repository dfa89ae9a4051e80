-- What a statement's vouchers and the ledger's come to in the months compared, by currency.
select 'said' as side, currency, count(*) as vouchers, sum(amount)::bigint as amount
from statement_voucher where not contradicted and date between %(first_day)s and %(last_day)s
group by currency
union all
select 'counted', currency, count(*), sum(amount)::bigint
from ledger.voucher
where source = (select id from ledger.source where code = %(source)s) and date between %(first_day)s and %(last_day)s
group by currency
order by side, currency
