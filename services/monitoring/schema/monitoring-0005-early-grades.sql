-- A grade that was heard before its project's goal was not shown: it is fetched from the record, as projections.py does from now on.
-- depends: monitoring-0003-read-models
update read.project shown set grade = heard.grade
from (
    select distinct on (stream) stream, data ->> 'grade' as grade from record.event
    where type like 'jixiao.evaluation.EvaluationCompleted.%' order by stream, version desc
) heard
where shown.grade is null and heard.stream = 'project/' || shown.project || '/' || shown.year;
