-- Goals as they were approved and adjusted, with their place in the project's stream; `results`: an indicator is monitored by value.
select e.data ->> 'project' as project, (e.data ->> 'year')::integer as year, e.version, e.data ->> 'name' as name, e.data ->> 'unit' as unit,
       e.data ->> 'department' as department, e.data -> 'tags' as tags, e.data ->> 'transfer_to' as transfer_to,
       coalesce(e.data ->> 'approved_on', e.data ->> 'adjusted_on')::date as approved_on, e.data -> 'annual' as annual,
       e.type like 'jixiao.goals.GoalApproved.%%' as approved
from record.event e
where (e.type like 'jixiao.goals.GoalApproved.%%' or e.type like 'jixiao.goals.GoalAdjusted.%%')
  and (e.data ->> 'year')::integer >= %(year)s
order by e.position
