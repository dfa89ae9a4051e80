-- The projects, from a fiscal year on, that an entry of the watch list covers or would cover.
select year, project, unit from read.project
where year >= %(year)s
  and ((%(kind)s = 'project' and project = %(subject)s)
       or (%(kind)s = 'unit' and (unit = %(subject)s or starts_with(unit, %(subject)s || '.'))))
order by project, year
