-- One order, with its project and the correction that it began.
select c.year, c.project, c.version, c.kind, c.number, c.cause, c.measures, c.reason, c.ordered_by, c.ordered_on, c.until, c.passed_on,
       c.outcome, c.outcome_on, c.event, p.name, p.unit, p.currency, p.budget, k.deviations, k.answer, k.evidence, k.answered_by,
       k.answered_on, k.refusals, k.return_reason, k.escalated_on, k.escalated_to, k.escalation
from read.consequence c
join read.project p using (year, project)
left join read.correction k on k.year = c.year and k.project = c.project and k.number = c.number
where c.event = %(event)s
