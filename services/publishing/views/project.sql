-- The latest publication of a project, whole.
select * from publication where year = %(year)s and project = %(project)s and latest
