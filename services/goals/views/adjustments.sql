select adjustment, cause, round, reason, previous_budget, budget, annual, rules, findings, applied_by, applied_on, decision, ground,
       decided_by, decided_on
from read.adjustment
where year = %(year)s and project = %(project)s
order by adjustment
