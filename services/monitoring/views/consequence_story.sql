-- What has happened to an order since it was given.
select id, type, day, time, actor, data from record.event
where stream = %(stream)s and version >= %(version)s
  and (version = %(version)s or case %(kind)s
    when 'correction' then (data ->> 'order')::integer = %(number)s and type like 'jixiao.monitoring.Correction%%'
        or (data ->> 'correction')::integer = %(number)s and type like 'jixiao.monitoring.SuspensionRecommended.%%'
    when 'urging' then type like 'jixiao.goals.GoalAdjusted.%%'
        or type like 'jixiao.monitoring.DeadlinePassed.%%' and data ->> 'of' = 'urging'
    else type like 'jixiao.monitoring.DeadlinePassed.%%' and data ->> 'of' = %(kind)s
        or %(kind)s = 'stop' and (type like 'jixiao.goals.FundsReallocated.%%' or type like 'jixiao.goals.ReallocationRejected.%%')
        or %(kind)s = 'suspension' and (type like 'jixiao.monitoring.ProjectResumed.%%' or type like 'jixiao.monitoring.ProjectStopped.%%')
    end)
order by version
