-- The latest hits of a rule in a year, each with what people decided on it: of one outcome, month or unit where they are given.
select * from (
    select d.year, d.project, p.name, p.unit, p.watched_by, d.deviation, d.rule, d.level, d.period, d.open, d.found_on, d.event, d.rules,
           d.applied, d.dismissed_on, d.dismissed_by, d.dismissal_reason, d.dismissal_document, d.dismissal_event,
           c.number as correction, c.acceptance is not null as accepted, p.status, p.adjusted_on,
           case
               when d.dismissed_on is not null then 'dismissed'
               when exists (select from read.recommendation r
                            where r.year = d.year and r.project = d.project and r.outcome in ('suspended', 'stopped')
                              and r.recommended_on >= d.found_on and r.grounds @> jsonb_build_array(jsonb_build_object('rule', d.rule)))
                    or (d.open and p.status in ('suspended', 'stopped') and p.status_since >= d.found_on) then 'suspended'
               when c.number is not null then 'corrected'
               when p.adjusted_on >= d.found_on then 'adjusted'
               when d.open then 'open'
               else 'over'
           end as outcome
    from read.deviation d
    join read.project p using (year, project)
    left join lateral (
        select number, acceptance from read.correction
        where year = d.year and project = d.project and withdrawn_on is null and d.deviation = any(deviations) order by number desc limit 1
    ) c on true
    where d.year = %(year)s and d.rule = %(rule)s
      and (%(month)s::text is null or d.period = %(month)s)
      and (%(unit)s::text is null or p.unit = %(unit)s)
      and (%(org)s::text is null or p.unit = %(org)s or (p.unit > %(org)s || '.' and p.unit < %(org)s || '/'))
) hit
where %(outcome)s::text is null or outcome = %(outcome)s
order by cardinality(watched_by) = 0, found_on desc, project, deviation
limit %(limit)s
