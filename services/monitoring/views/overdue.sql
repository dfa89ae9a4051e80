-- Corrections whose deadline passed unanswered and unnoticed.
select c.year, c.project, c.number from read.correction c
join read.project p using (year, project)
where c.answer is null and c.overdue_on is null and c.withdrawn_on is null and c.until < %(day)s and p.status <> 'stopped'
order by c.until, c.year, c.project, c.number
