-- One page of totals by class over some months, in the order of the codes.
select code, currency, sum(paid)::bigint as paid, sum(vouchers)::bigint as vouchers
from ledger.total
where kind = %(kind)s and period between %(first)s and %(last)s
  and (not %(begun)s or code >= %(after_code)s) and (not %(begun)s or (code, currency) > (%(after_code)s, %(after_currency)s))
group by code, currency
order by code, currency
limit %(limit)s
