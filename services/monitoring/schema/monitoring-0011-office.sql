-- The office's screen: what stands open of each project, how each month was judged last, units by months, words to find a project by.
-- Every question of the screen is a walk along one of these indexes, with 1,000,000 projects too.
-- depends: monitoring-0008-follow-up

alter table read.project add column haystack text not null default '';
alter table read.project add column terms text[] not null default '{}';
comment on column read.project.terms is 'characters and pairs of code and name (contracts/search.py)';
create index project_terms on read.project using gin (terms);
create index project_department on read.project (year, department, project);
create index project_in_unit on read.project (year, unit, project);
create index project_status on read.project (year, status, project);
create index project_standing on read.project (year, standing, project) where standing <> 'none';

-- What stands open of a project: of each rule the deviation found last. One that is over or dismissed is not here.
create table read.open_finding (
    year integer not null,
    project text collate "C" not null,
    rule text collate "C" not null,
    level text not null,
    gravity smallint not null,
    deviation text collate "C" not null,
    period text collate "C" not null,
    judgement integer not null,
    found_on date not null,
    event uuid not null,
    ordered boolean not null,
    primary key (year, project, rule)
);
comment on column read.open_finding.ordered is 'a correction of it has been ordered';
create index open_finding_rule on read.open_finding (year, rule, level, project);
create index open_finding_level on read.open_finding (year, level, project);
create index open_finding_waiting on read.open_finding (year, gravity desc, found_on, project) where not ordered;
create index open_finding_aged on read.open_finding (year, rule, found_on, project);

-- How a month of a project was judged last; `level` is its gravest finding's.
create table read.month (
    year integer not null,
    project text collate "C" not null,
    period text collate "C" not null,
    level text not null check (level in ('none', 'notice', 'warning', 'suspend', 'stop')),
    rules text[] not null,
    judgement integer not null,
    primary key (year, project, period)
);
create index month_level on read.month (year, period, level, project) include (rules);

-- Units by months: how many projects of a unit have a month of which level.
create table read.unit_month (
    year integer not null,
    unit text collate "C" not null,
    department text collate "C" not null,
    period text collate "C" not null,
    level text not null,
    projects integer not null,
    primary key (year, unit, department, period, level)
);

create index recommendation_waiting on read.recommendation (year, (kind = 'stop') desc, recommended_on, project) where outcome is null;
create index correction_answered on read.correction (year, answered_on, project, number) where answer is not null and acceptance is null;
create index correction_overdue on read.correction (year, until, project, number)
    where answer is null and acceptance is null and overdue_on is not null;
create index correction_open on read.correction (year, project) where acceptance is null;
create index conflict_seen on ledger.conflict (first_seen, partition, log_offset);

-- What was recorded before these tables were there.
insert into read.month (year, project, period, level, rules, judgement)
select distinct on (j.year, j.project, j.period) j.year, j.project, j.period,
       coalesce((select finding ->> 'level' from jsonb_array_elements(j.findings) as finding
                 order by array_position(array['notice', 'warning', 'suspend', 'stop'], finding ->> 'level') desc limit 1), 'none'),
       array(select finding ->> 'rule' from jsonb_array_elements(j.findings) as finding), j.judgement
from read.judgement j
order by j.year, j.project, j.period, j.judgement desc;

insert into read.unit_month (year, unit, department, period, level, projects)
select m.year, p.unit, p.department, m.period, m.level, count(*)
from read.month m join read.project p using (year, project)
group by m.year, p.unit, p.department, m.period, m.level;

insert into read.open_finding (year, project, rule, level, gravity, deviation, period, judgement, found_on, event, ordered)
select d.year, d.project, d.rule, d.level,
       array_position(array['notice', 'warning', 'suspend', 'stop'], d.level) - 1, d.deviation, d.period, d.judgement, d.found_on, d.event,
       exists (select from read.correction c where c.year = d.year and c.project = d.project and d.deviation = any(c.deviations))
from (
    select distinct on (year, project, rule) * from read.deviation where open order by year, project, rule, version desc
) d
where d.dismissed_on is null;

with spaced as (
    select year, project, lower(normalize(project || ' ' || name, nfkc)) as text from read.project
)
update read.project p
set haystack = s.text,
    terms = array(
        select distinct term from regexp_split_to_table(s.text, '\s+') as word,
            lateral (select substr(word, place, size) from generate_series(1, length(word)) as place, generate_series(1, 2) as size
                     where place + size - 1 <= length(word)) as cut(term)
    )
from spaced s where s.year = p.year and s.project = p.project;
