-- One comparison with a statement.
select event, reconciled_on, time, statement, sha256, kind, source, first, last, equal, summary
from read.reconciliation
where event = %(event)s
