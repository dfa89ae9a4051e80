-- A round by department and currency: how far its projects have come, and what money is in question.
select p.department, t.currency, count(*) as projects,
       count(*) filter (where t.state in ('waiting', 'returned')) as waiting,
       count(*) filter (where t.state in ('waiting', 'returned') and t.due < %(day)s) as overdue,
       count(*) filter (where t.state = 'returned') as returned,
       count(*) filter (where t.filled_on is not null) as filled,
       count(*) filter (where t.state in ('passed', 'decided')) as reviewed,
       count(*) filter (where t.state = 'decided') as decided,
       count(*) filter (where t.findings <> '[]') as deviating,
       sum(t.budget)::bigint as budget, sum(t.paid)::bigint as paid,
       coalesce(sum(t.expected_payments), 0)::bigint as expected_payments,
       coalesce(sum(t.budget - t.proposed_budget), 0)::bigint as proposed_cut,
       coalesce(sum(t.budget - t.decided_budget) filter (where t.decision in ('cut', 'stop')), 0)::bigint as decided_cut,
       coalesce(sum(t.budget - t.adjusted_budget), 0)::bigint as adjusted_cut,
       count(*) filter (where coalesce(t.decision, t.proposal) = 'keep') as keep,
       count(*) filter (where coalesce(t.decision, t.proposal) = 'correct') as correct,
       count(*) filter (where coalesce(t.decision, t.proposal) = 'cut') as cut,
       count(*) filter (where coalesce(t.decision, t.proposal) = 'suspend') as suspend,
       count(*) filter (where coalesce(t.decision, t.proposal) = 'stop') as stop
from read.round_part t
join read.project p using (year, project)
where t.round = %(round)s
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
group by p.department, t.currency
order by p.department, t.currency
