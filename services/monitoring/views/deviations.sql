-- Every deviation of a project, in the order in which they were found.
select deviation, rule, level, period, open, judgement, found_on, event, dismissed_on, dismissed_by, dismissal_reason,
       dismissal_document, dismissal_event, explanation, explanation_evidence, explained_by, explained_on, explanation_event
from read.deviation
where year = %(year)s and project = %(project)s
order by version
