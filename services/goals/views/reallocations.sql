-- Every proposal to give freed money to another project, those that wait first.
select r.project, p.name, r.reallocation, r.receiver, q.name as receiver_name, q.unit as receiver_unit, r.amount, r.currency, r.reason,
       r.proposed_by, r.proposed_on, r.decision, r.ground, r.decided_by, r.decided_on, r.adjusted_on, r.event
from read.reallocation r
join read.project p on p.year = r.year and p.project = r.project
left join read.project q on q.year = r.year and q.project = r.receiver
where r.year = %(year)s and (%(receiver)s::text is null or r.receiver = %(receiver)s)
order by r.decision is not null, r.proposed_on desc, r.project, r.reallocation
