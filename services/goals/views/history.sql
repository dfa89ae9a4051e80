-- Everything that happened to a project in a year, own and heard, in its order.
select id, type, day, data
from record.event
where stream = %(stream)s
order by version
