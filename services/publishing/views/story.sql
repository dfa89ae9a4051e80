-- What happened in a project's year, as far as it is public, in its order; the months' figures stand in their own table.
-- Of scores, only those that an official approved; the written document is downloaded, not told.
select id as event, type, day, time, actor, data
from record.event as event
where stream = %(stream)s and version <= %(version)s
  and (type not like 'jixiao.evaluation.%%' or exists (
      select from record.event as approval
      where approval.stream = event.stream and approval.version <= %(version)s
        and approval.type like 'jixiao.publishing.ResultApproved.%%' and approval.data ->> 'evaluation' = event.id::text
  ))
  and type not like 'jixiao.publishing.PublicationWritten.%%'
  and type not like 'jixiao.monitoring.MonthJudged.%%' and type not like 'jixiao.monitoring.ProgressReported.%%'
order by version
