-- Orders other than corrections whose deadline passed and was not noticed yet.
select year, project, kind from read.consequence
where kind <> 'correction' and outcome is null and passed_on is null and until < %(day)s
order by until, year, project, kind
