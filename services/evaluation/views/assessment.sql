-- A year's assessment of units.
select year, scheme, opened_on, places, mid_term_on, completed_on
from read.assessment
where year = %(year)s
