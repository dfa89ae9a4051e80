-- What one class comes to, month by month.
select period, currency, paid, vouchers
from ledger.total
where kind = %(kind)s and code = %(code)s and period between %(first)s and %(last)s
order by period, currency
