-- The months of a statement's sums.
select min(period) as first, max(period) as last from statement_total
