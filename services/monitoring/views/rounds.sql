-- Rounds, the latest first, with how far each has come.
select r.round, r.year, r.kind, r.through, r.rules, r.policy, r.due, r.document, r.opened_by, r.opened_on, r.opened_event,
       r.closed_by, r.closed_on, r.closed_document, r.closed_event, cardinality(r.projects) as in_scope,
       (select count(*) from read.round_part t where t.round = r.round) as taken,
       (select count(*) from read.round_part t where t.round = r.round and t.state = 'decided') as decided
from read.round r
where %(round)s::text is null or r.round = %(round)s
order by r.round desc
