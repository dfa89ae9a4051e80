-- Sums by project and month that differ between a statement of sums and the ledger: of a source, or of all of them where none is named.
-- How many vouchers there are is compared where the statement says it.
with said as (
    select project, period, currency, min(line) as line, sum(amount)::bigint as amount,
           case when count(vouchers) = count(*) then sum(vouchers)::bigint end as vouchers
    from statement_total where period between %(first)s and %(last)s
    group by project, period, currency
), counted as (
    select * from (
        select p.code as project, to_char(v.date, 'YYYY-MM') as period, v.currency, sum(v.amount)::bigint as amount, count(*) as vouchers
        from ledger.voucher v join ledger.project p on p.id = v.project
        where %(source)s::text is not null and v.source = (select id from ledger.source where code = %(source)s) and v.date between %(first_day)s and %(last_day)s
        group by 1, 2, 3
    ) of_source
    union all
    select project, period, currency, paid, vouchers
    from ledger.figure_by_code
    where %(source)s::text is null and period between %(first)s and %(last)s
)
select case when counted.project is null then 'missing-here' when said.project is null then 'missing-there' else 'other-sum' end as kind,
       null::integer as numbering_year, null::text as number, said.line as line, null::date as statement_date,
       said.amount as statement_amount, said.currency as statement_currency, said.project as statement_project,
       said.vouchers as statement_vouchers, null::date as ledger_date, counted.amount as ledger_amount,
       counted.currency as ledger_currency, counted.project as ledger_project, counted.vouchers as ledger_vouchers, period
from said full join counted using (project, period, currency)
where coalesce(said.amount, 0) <> coalesce(counted.amount, 0)
   or said.vouchers is not null and said.vouchers <> coalesce(counted.vouchers, 0)
order by project, period, currency
