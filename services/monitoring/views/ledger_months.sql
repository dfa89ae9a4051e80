-- What each month comes to, by currency: every voucher counts under exactly one paying unit, or under none.
select period, currency, sum(paid)::bigint as paid, sum(vouchers)::bigint as vouchers
from ledger.total
where kind = 'unit' and period between %(first)s and %(last)s
group by period, currency
order by period, currency
