-- What a project's vouchers of a fiscal year up to a day come to, by currency.
select currency, count(*) as vouchers, sum(amount)::bigint as paid
from ledger.voucher_by_code
where project = %(project)s and date >= %(first)s and date <= %(last)s
group by currency
order by currency
