-- How many projects a source's vouchers are of, over all currencies.
select source, count(distinct project) as projects
from ledger.voucher
where %(source)s::text is null or source = %(source)s
group by source
