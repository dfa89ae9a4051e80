-- The ledger's vouchers, in the order of its index.
select s.code as source, v.numbering_year as fiscal_year, v.number, v.date, v.amount, v.currency, p.code as project, v.unit, v.functional,
       v.economic, v.memo, v.sequence, v.arrived, v.topic_partition as partition, v.log_offset as offset
from ledger.voucher v
join ledger.source s on s.id = v.source
join ledger.project p on p.id = v.project
where (%(source)s::text is null or v.source = (select id from ledger.source where code = %(source)s))
  and (%(project)s::text is null or v.project = (select id from ledger.project where code = %(project)s))
  and (%(year)s::integer is null or v.date between make_date(%(year)s, 1, 1) and make_date(%(year)s, 12, 31))
  and (%(since)s::date is null or v.date >= %(since)s)
  and (%(unit)s::text is null or v.unit = %(unit)s or starts_with(v.unit, %(unit)s || '.'))
order by v.source, v.numbering_year, v.number
