-- A year's hits of one rule, or of every rule: how many by month, unit and what people decided on them.
with hit as (
    select d.rule, d.period, p.unit,
           case
               when d.dismissed_on is not null then 'dismissed'
               when exists (select from read.recommendation r
                            where r.year = d.year and r.project = d.project and r.outcome in ('suspended', 'stopped')
                              and r.recommended_on >= d.found_on and r.grounds @> jsonb_build_array(jsonb_build_object('rule', d.rule)))
                    or (d.open and p.status in ('suspended', 'stopped') and p.status_since >= d.found_on) then 'suspended'
               when exists (select from read.correction c
                            where c.year = d.year and c.project = d.project and c.withdrawn_on is null and d.deviation = any(c.deviations)) then 'corrected'
               when p.adjusted_on >= d.found_on then 'adjusted'
               when d.open then 'open'
               else 'over'
           end as outcome
    from read.deviation d
    join read.project p using (year, project)
    where d.year = %(year)s and (%(rule)s::text is null or d.rule = %(rule)s)
      and (%(org)s::text is null or p.unit = %(org)s or (p.unit > %(org)s || '.' and p.unit < %(org)s || '/'))
)
select rule, period, unit, outcome, count(*) as hits from hit group by rule, period, unit, outcome order by rule, period, unit, outcome
