-- The projects that an entry of the watch list covers now.
select year, project from read.project where watched_by @> array[%(entry)s] order by project, year
