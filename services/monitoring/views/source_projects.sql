-- How many projects a source's vouchers are of, over all currencies.
select s.code as source, count(distinct v.project) as projects
from ledger.voucher v join ledger.source s on s.id = v.source
where %(source)s::text is null or v.source = (select id from ledger.source where code = %(source)s)
group by s.code
