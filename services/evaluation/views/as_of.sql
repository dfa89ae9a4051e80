-- The day of the last event: what is shown is as of it.
select day
from record.event
order by position desc
limit 1
