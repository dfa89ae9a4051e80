-- What a project's vouchers of a fiscal year come to so far.
select coalesce(sum(paid), 0)::bigint as paid, coalesce(sum(vouchers), 0)::bigint as vouchers
from ledger.figure_by_code
where project = %(project)s and currency = %(currency)s and period between %(first)s and %(last)s
