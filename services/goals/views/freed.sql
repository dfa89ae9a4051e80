-- Money that stops freed for reallocation in a year, by unit and project: how much, how much of it is given or proposed, what is left.
select p.project, p.name, p.unit, p.currency, p.freed, p.execution_since as stopped_on,
       coalesce(r.given, 0)::bigint as given, coalesce(r.proposed, 0)::bigint as proposed,
       (p.freed - coalesce(r.given, 0) - coalesce(r.proposed, 0))::bigint as remaining
from read.project p
left join lateral (
    select sum(amount) filter (where decision = 'approved') as given, sum(amount) filter (where decision is null) as proposed
    from read.reallocation where year = p.year and project = p.project
) r on true
where p.year = %(year)s and p.execution = 'stopped'
order by p.unit, p.project
