-- Progress reports and reminders as the pages show them. Written by the projections alone; where reports were recorded before this
-- release, `jixiao rebuild` fills them.
-- depends: monitoring-0003-read-models

-- Every report of a month; the highest number of a month is the one that counts.
create table read.report (
    year integer not null,
    project text collate "C" not null,
    report integer not null,
    period text collate "C" not null,
    received date not null,
    indicator_values jsonb not null,
    said jsonb not null,
    supplied_by text not null,
    vouching text check (vouching in ('vouched', 'disputed')),
    vouching_unit text,
    vouching_reason text,
    vouching_event uuid,
    event uuid not null,
    primary key (year, project, report)
);
comment on column read.report.said is 'what the report says beside its values: outcome, problem, implementation, evidence';
create index report_month on read.report (year, project, period, report desc);

-- The last reminder of each overdue report.
create table read.chase (
    year integer not null,
    project text collate "C" not null,
    period text collate "C" not null,
    working_day integer not null,
    reminders integer not null,
    chased_on date not null,
    event uuid not null,
    primary key (year, project, period)
);
