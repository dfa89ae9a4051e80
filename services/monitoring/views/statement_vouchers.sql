-- Differences of single vouchers between a statement and the ledger, in the order of their numbers.
select case when s.contradicted then 'contradicted' when v.number is null then 'missing-here' else 'other-figures' end as kind,
       s.numbering_year, s.number, s.line, s.date as statement_date, s.amount as statement_amount, s.currency as statement_currency,
       s.project as statement_project, s.lines as statement_vouchers, v.date as ledger_date, v.amount as ledger_amount,
       v.currency as ledger_currency, p.code as ledger_project, null::bigint as ledger_vouchers, null::text as period
from statement_voucher s
left join ledger.voucher v on v.source = (select id from ledger.source where code = %(source)s)
     and v.numbering_year = s.numbering_year and v.number = s.number
left join ledger.project p on p.id = v.project
where (s.date between %(first_day)s and %(last_day)s or v.date between %(first_day)s and %(last_day)s)
  and (s.contradicted or v.number is null
       or (s.date, s.amount, s.currency, s.project) is distinct from (v.date, v.amount, v.currency, p.code))
union all
select 'missing-there', v.numbering_year, v.number, null, null, null, null, null, null, v.date, v.amount, v.currency, p.code, null, null
from ledger.voucher v
join ledger.project p on p.id = v.project
where v.source = (select id from ledger.source where code = %(source)s) and v.date between %(first_day)s and %(last_day)s
  and not exists (select from statement_voucher s where s.numbering_year = v.numbering_year and s.number = v.number)
order by 2, 3
