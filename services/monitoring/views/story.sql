-- Every event of a project, in the order in which it happened.
select id, type, day, time, actor, origin, data from record.event where stream = %(stream)s order by version
