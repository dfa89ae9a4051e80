-- How many published projects of the year have which grade.
select grade, count(*) as projects from publication where year = %(year)s and latest group by grade
