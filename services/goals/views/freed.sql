-- Money that stops freed for reallocation in a year.
select project, name, unit, currency, freed, execution_since as stopped_on
from read.project
where year = %(year)s and execution = 'stopped'
order by project
