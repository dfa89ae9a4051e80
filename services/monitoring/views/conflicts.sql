-- One page of the vouchers that came with other figures than those counted, beside what stands.
select c.source, c.numbering_year, c.number, c.held, c.first_seen, c.partition, c.log_offset,
       v.date, v.amount, v.currency, v.project, v.arrived
from ledger.conflict c
join ledger.voucher_by_code v using (source, numbering_year, number)
where (c.first_seen, c.partition, c.log_offset) > (%(after_seen)s, %(after_partition)s, %(after_offset)s)
order by c.first_seen, c.partition, c.log_offset
limit %(limit)s
