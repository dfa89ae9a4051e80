-- The places of some projects' judgements in their streams.
select id, version from record.event where stream = any(%(streams)s) and type like 'jixiao.monitoring.MonthJudged.%%'
