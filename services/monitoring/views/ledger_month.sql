-- One page of a month's vouchers, all or those of a class (of none where the code is empty), in the order of their days.
select s.code as source, v.source as source_id, v.numbering_year, v.number, v.date, v.amount, v.currency, p.code as project, v.unit, v.memo,
       v.functional, v.economic
from (
    select source, numbering_year, number, date, amount, currency, project, unit, memo, functional, economic
    from ledger.voucher v
    where v.date >= %(first)s and v.date <= %(last)s
      and (%(kind)s::text is null
           or case %(kind)s when 'unit' then v.unit when 'functional' then v.functional when 'economic' then v.economic end
              is not distinct from nullif(%(code)s, ''))
      and (v.date, v.source, v.numbering_year, v.number) > (%(after_date)s, %(after_source)s, %(after_year)s, %(after_number)s)
    order by v.date, v.source, v.numbering_year, v.number
    limit %(limit)s
) v
join ledger.source s on s.id = v.source
join ledger.project p on p.id = v.project
order by v.date, v.source, v.numbering_year, v.number
