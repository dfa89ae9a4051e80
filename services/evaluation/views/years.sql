-- The years that have projects or an assessment, the latest first.
select year from read.project where name is not null
union
select year from read.assessment
order by year desc
