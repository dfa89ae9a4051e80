-- One event with the envelope that it stands in, and whether it belongs to what has been published: a private event never does.
select event.id, event.type, event.stream, event.version, event.time, event.day, event.actor, event.origin,
       coalesce(event.number, event.origin_number) as number, event.data,
       event.type not like 'jixiao.publishing.PublicationWritten.%%' and exists (
           select from publication
           where publication.stream = event.stream and publication.latest and event.version <= publication.version
             and (event.type not like 'jixiao.evaluation.%%' or exists (
                 select from record.event as approval
                 where approval.stream = event.stream and approval.version <= publication.version
                   and approval.type like 'jixiao.publishing.ResultApproved.%%' and approval.data ->> 'evaluation' = event.id::text
             ))
       ) as public
from record.event
where id = %(id)s
