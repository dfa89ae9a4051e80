-- Every correction ordered of a project.
select number, deviations, measure, by_whom, until, document, reason, ordered_by, ordered_on, answer, evidence, answered_by,
       answered_on, acceptance, accepted_by, accepted_on, overdue_on, refusals, returned_on, returned_by, return_reason,
       escalated_on, escalated_to, escalation, withdrawn_on, withdrawn_by, withdrawal_reason
from read.correction
where year = %(year)s and project = %(project)s
order by number
