-- What is held from one place in Kafka, beside what stands; of a topic that was made anew, what came there last.
select c.source, c.numbering_year, c.number, c.held, v.date, v.amount, v.currency, p.code as project
from ledger.conflict c
join ledger.source s on s.code = c.source
join ledger.voucher v on v.source = s.id and v.numbering_year = c.numbering_year and v.number = c.number
join ledger.project p on p.id = v.project
where c.partition = %(partition)s and c.log_offset = %(offset)s
order by c.first_seen desc
limit 1
