-- One voucher, with the place in Kafka that it came from.
select s.code as source, v.numbering_year, v.number, v.date, v.amount, v.currency, p.code as project, v.unit, v.memo, v.functional,
       v.economic, v.sequence, v.arrived, v.topic_partition, v.log_offset, known.name, known.unit as responsible,
       coalesce(r.times, 0) as repeated, r.last_arrived as repeated_at, r.topic_partition as repeated_partition,
       r.log_offset as repeated_offset
from ledger.voucher v
join ledger.source s on s.id = v.source
join ledger.project p on p.id = v.project
left join ledger.repetition r on r.source = v.source and r.numbering_year = v.numbering_year and r.number = v.number
left join read.project known on known.year = extract(year from v.date)::integer and known.project = p.code
where v.source = (select id from ledger.source where code = %(source)s) and v.numbering_year = %(numbering_year)s
  and v.number = %(number)s
