-- Rules that say something else of some projects, and the watch list (重点监控).
-- depends: monitoring-0003-read-models

-- Every entry of the watch list, past ones too; `version` is the place of its event in the stream `watch/{kind}/{subject}`.
create table read.watch (
    kind text not null check (kind in ('project', 'unit')),
    subject text collate "C" not null,
    version integer not null,
    cause text not null check (cause in ('evaluation', 'decision')),
    year integer,
    grade text,
    reason text,
    document text not null,
    put_by text not null,
    put_on date not null,
    event uuid not null,
    off_cause text check (off_cause in ('evaluation', 'decision')),
    off_grade text,
    off_reason text,
    off_document text,
    taken_by text,
    taken_on date,
    off_event uuid,
    primary key (kind, subject, version)
);
create unique index watch_now on read.watch (kind, subject) where taken_on is null;

-- The entries that cover a project now, as `kind/code`; the watched come first on every list.
alter table read.project add column watched_by text[] not null default '{}';
create index project_watched_first on read.project (year, (cardinality(watched_by) = 0), project);
create index project_watched on read.project (year, project) where cardinality(watched_by) > 0;
create index project_code on read.project (project);

-- Which thresholds a judgement went by, and what a deviation's rule compared with which.
alter table read.judgement add column watched boolean not null default false;
alter table read.judgement add column scopes jsonb not null default '{}';
alter table read.judgement add column exempted text[] not null default '{}';
alter table read.deviation add column rules text;
alter table read.deviation add column applied jsonb;
alter table read.project add column adjusted_on date;
create index deviation_rule on read.deviation (rule, year);

-- What was recorded before these columns were there.
update read.deviation d set rules = e.data ->> 'rules' from record.event e where e.id = d.event;
update read.project p set adjusted_on = adjusted.day
from (
    select data ->> 'project' as project, (data ->> 'year')::integer as year, max((data ->> 'adjusted_on')::date) as day
    from record.event where type like 'jixiao.goals.GoalAdjusted.%' group by 1, 2
) adjusted
where adjusted.project = p.project and adjusted.year = p.year;
