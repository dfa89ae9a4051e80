select round, submission, decision, rules, findings, reason, decided_by, decided_on
from read.review
where year = %(year)s and project = %(project)s
order by round
