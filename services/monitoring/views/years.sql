-- The fiscal years of which monitoring knows a project, the latest first.
select distinct year from read.project order by year desc
