-- One page of a project's vouchers of a fiscal year up to a day, in the order of the ledger's days.
select source, numbering_year, number, date, amount, currency, project, unit, memo, functional, economic, sequence, arrived
from ledger.voucher_by_code
where project = %(project)s and date >= %(first)s and date <= %(last)s
  and (date, source, numbering_year, number) > (%(after_date)s, %(after_source)s, %(after_year)s, %(after_number)s)
order by date, source, numbering_year, number
limit %(limit)s
