-- One page of totals by project over some months, in the order of the codes; the name where a goal of the project is known.
select p.code as project, f.currency, f.paid, f.vouchers, known.name
from ledger.project p
cross join lateral (
    select currency, sum(paid)::bigint as paid, sum(vouchers)::bigint as vouchers
    from ledger.figure
    where project = p.id and period between %(first)s and %(last)s
    group by currency
    order by currency
) f
left join read.project known on known.year = %(year)s and known.project = p.code
where p.code >= %(after_code)s and (p.code, f.currency) > (%(after_code)s, %(after_currency)s)
order by p.code, f.currency
limit %(limit)s
