-- The entries of the watch list that cover a project of a unit now: its own, and those of the unit and of what is above the unit.
select kind, subject from read.watch
where taken_on is null
  and ((kind = 'project' and subject = %(project)s)
       or (kind = 'unit' and (subject = %(unit)s or starts_with(%(unit)s, subject || '.'))))
order by kind, subject
