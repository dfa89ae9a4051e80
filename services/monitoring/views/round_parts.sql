-- The parts of a round, with the project's names and the budget in force now; those of one department, unit, state or project.
select t.*, p.name, p.unit, p.department, p.status, p.budget as budget_now, p.indicators as goal
from read.round_part t
join read.project p using (year, project)
where t.round = %(round)s and t.project > %(after)s
  and (%(project)s::text is null or t.project = %(project)s)
  and (%(department)s::text is null or p.department = %(department)s)
  and (%(state)s::text is null or t.state = %(state)s)
  and (%(proposal)s::text is null or coalesce(t.decision, t.proposal) = %(proposal)s)
  and (%(org)s::text is null or p.unit = %(org)s or starts_with(p.unit, %(org)s || '.'))
order by t.project
limit %(limit)s
