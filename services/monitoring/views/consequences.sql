-- Every order given of a project, the latest first.
select version, kind, number, cause, measures, reason, ordered_by, ordered_on, until, passed_on, outcome, outcome_on, event
from read.consequence
where year = %(year)s and project = %(project)s
order by version desc
