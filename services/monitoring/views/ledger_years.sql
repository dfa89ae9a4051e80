-- The years that vouchers are dated in.
select distinct left(period, 4)::integer as year from ledger.total where kind = 'unit' order by 1 desc
