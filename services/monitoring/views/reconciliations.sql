-- One page of the comparisons with statements, the latest first.
select event, reconciled_on, time, statement, sha256, kind, source, first, last, equal, summary
from read.reconciliation
where (time, event) < (%(after_time)s, %(after_event)s)
order by time desc, event desc
limit %(limit)s
