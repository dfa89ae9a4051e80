-- The months of a statement's vouchers.
select to_char(min(date), 'YYYY-MM') as first, to_char(max(date), 'YYYY-MM') as last from statement_voucher
