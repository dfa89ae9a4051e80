-- A project's reports in dispute: each the latest of its month, disputed by the data-collecting unit. They are not judged by.
select period, report, vouching_unit, vouching_reason, vouching_event, event
from (
    select distinct on (period) * from read.report where year = %(year)s and project = %(project)s order by period, report desc
) latest
where vouching = 'disputed'
order by period
