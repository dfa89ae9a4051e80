-- Sums by project and month that differ between a statement's vouchers and the ledger's.
with said as (
    select project, to_char(date, 'YYYY-MM') as period, currency, sum(amount)::bigint as amount, count(*) as vouchers
    from statement_voucher where not contradicted and date between %(first_day)s and %(last_day)s
    group by 1, 2, 3
), counted as (
    select p.code as project, to_char(v.date, 'YYYY-MM') as period, v.currency, sum(v.amount)::bigint as amount, count(*) as vouchers
    from ledger.voucher v join ledger.project p on p.id = v.project
    where v.source = (select id from ledger.source where code = %(source)s) and v.date between %(first_day)s and %(last_day)s
    group by 1, 2, 3
)
select 'other-sum' as kind,
       null::integer as numbering_year, null::text as number, null::bigint as line, null::date as statement_date,
       said.amount as statement_amount, said.currency as statement_currency, said.project as statement_project,
       said.vouchers as statement_vouchers, null::date as ledger_date, counted.amount as ledger_amount,
       counted.currency as ledger_currency, counted.project as ledger_project, counted.vouchers as ledger_vouchers, period
from said full join counted using (project, period, currency)
where coalesce(said.amount, 0) <> coalesce(counted.amount, 0) or coalesce(said.vouchers, 0) <> coalesce(counted.vouchers, 0)
order by project, period, currency
