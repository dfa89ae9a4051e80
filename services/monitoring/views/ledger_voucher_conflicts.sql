-- What came under a voucher's number with other figures, and what was decided of it.
select c.held, c.first_seen, c.partition, c.log_offset, d.decision, d.reason, d.document, d.decided_by, d.decided_on, d.event
from ledger.conflict c
left join read.conflict_decision d
    on d.source = c.source and d.numbering_year = c.numbering_year and d.number = c.number
   and d.held_date = (c.held ->> 'date')::date and d.held_amount = (c.held ->> 'amount')::bigint
   and d.held_currency = coalesce(c.held ->> 'currency', 'CNY') and d.held_project = c.held ->> 'project'
where c.source = %(source)s and c.numbering_year = %(numbering_year)s and c.number = %(number)s
order by c.first_seen, c.partition, c.log_offset
