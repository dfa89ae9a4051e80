-- Everything that happened in some streams, each in its order.
select stream, type, data
from record.event
where stream = any(%(streams)s)
order by stream, version
