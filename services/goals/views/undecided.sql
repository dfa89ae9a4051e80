-- Applications that wait for the decision of finance, the oldest first, with the project that each is of.
select a.year, a.project, a.adjustment, a.cause, a.round, a.reason, a.previous_budget, a.budget, a.applied_by, a.applied_on,
       p.name, p.unit, p.currency, p.budget as budget_in_force
from read.adjustment a
join read.project p using (year, project)
where a.decision is null
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
order by a.applied_on, a.year, a.project
