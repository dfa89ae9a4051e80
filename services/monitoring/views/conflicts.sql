-- One page of the vouchers that came with other figures than those counted, beside what stands and what was decided.
select c.source, c.numbering_year, c.number, c.held, c.first_seen, c.partition, c.log_offset,
       v.date, v.amount, v.currency, p.code as project, v.arrived, c.decision, c.reason, c.document, c.decided_by, c.decided_on
from (
    select c.source, c.numbering_year, c.number, c.held, c.first_seen, c.partition, c.log_offset,
           d.decision, d.reason, d.document, d.decided_by, d.decided_on
    from ledger.conflict c
    left join read.conflict_decision d
        on d.source = c.source and d.numbering_year = c.numbering_year and d.number = c.number
       and d.held_date = (c.held ->> 'date')::date and d.held_amount = (c.held ->> 'amount')::bigint
       and d.held_currency = coalesce(c.held ->> 'currency', 'CNY') and d.held_project = c.held ->> 'project'
    where (c.first_seen, c.partition, c.log_offset) > (%(after_seen)s, %(after_partition)s, %(after_offset)s)
      and case %(state)s when 'all' then true when 'open' then d.decision is null else d.decision = %(state)s end
    order by c.first_seen, c.partition, c.log_offset
    limit %(limit)s
) c
join ledger.source s on s.code = c.source
join ledger.voucher v on v.source = s.id and v.numbering_year = c.numbering_year and v.number = c.number
join ledger.project p on p.id = v.project
order by c.first_seen, c.partition, c.log_offset
