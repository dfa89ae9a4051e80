select submission, submitted_by, submitted_on, content
from read.submission
where year = %(year)s and project = %(project)s
order by submission
