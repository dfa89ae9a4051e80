-- Everything that happened in a stream, in its order.
select type, data
from record.event
where stream = %(stream)s
order by version
