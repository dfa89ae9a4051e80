-- Corrections whose deadline passed unanswered and unnoticed.
select year, project, number from read.correction
where answer is null and overdue_on is null and until < %(day)s
order by until, year, project, number
