-- Monitoring's read models: what the pages and the API show. Written by services/monitoring/projections.py alone, made again by a rebuild.
-- Money in minor units (fen); percent as numeric; `event` is the id of the event that a row comes from.
-- depends: monitoring-0001-ledger

-- A project in a fiscal year, with the goal in force and the recommendation that nobody has answered yet.
create table read.project (
    year integer not null,
    project text collate "C" not null,
    name text not null,
    unit text collate "C" not null,
    department text not null,
    currency text not null,
    budget bigint not null,
    approved_on date not null,
    transfer_to text,
    tags text[] not null,
    indicators jsonb not null,
    status text not null default 'active' check (status in ('active', 'suspended', 'stopped')),
    status_since date,
    standing text not null default 'none' check (standing in ('none', 'suspend', 'stop')),
    grade text,
    changed_on date not null,
    primary key (year, project)
);
create index project_unit on read.project (year, unit);

-- Every judgement of a month; the highest number of a month is the one that counts.
create table read.judgement (
    year integer not null,
    project text collate "C" not null,
    judgement integer not null,
    period text collate "C" not null,
    as_of date not null,
    closed boolean not null,
    rules text not null,
    currency text not null,
    budget bigint not null,
    paid bigint not null,
    vouchers integer not null,
    digest text not null,
    execution numeric not null,
    attainment numeric not null,
    time numeric not null,
    mismatch numeric not null,
    indicator_values jsonb not null,
    findings jsonb not null,
    recommendation text not null,
    event uuid not null,
    primary key (year, project, judgement)
);
create index judgement_month on read.judgement (year, project, period, judgement desc);

-- Every deviation found; `version` is the place of its event in the stream.
create table read.deviation (
    year integer not null,
    project text collate "C" not null,
    deviation text collate "C" not null,
    rule text not null,
    level text not null,
    period text collate "C" not null,
    open boolean not null,
    judgement integer not null,
    found_on date not null,
    version integer not null,
    event uuid not null,
    primary key (year, project, deviation)
);
create index deviation_open on read.deviation (year, project) where open;

-- Every suspension or stop that the system recommended, and what became of it.
create table read.recommendation (
    year integer not null,
    project text collate "C" not null,
    version integer not null,
    kind text not null check (kind in ('suspend', 'stop')),
    period text not null,
    judgement integer not null,
    rules text not null,
    grounds jsonb not null,
    recommended_on date not null,
    outcome text check (outcome in ('suspended', 'stopped', 'resumed', 'graver')),
    outcome_on date,
    event uuid not null,
    primary key (year, project, version)
);
comment on column read.recommendation.outcome is 'the order that answered it, or graver: a stop was recommended after it; null: open';
create index recommendation_open on read.recommendation (year, project) where outcome is null;

-- Every correction ordered, and how far it has come.
create table read.correction (
    year integer not null,
    project text collate "C" not null,
    number integer not null,
    deviations text[] not null,
    measure text not null,
    by_whom text not null,
    until date,
    document text not null,
    reason text not null,
    ordered_by text not null,
    ordered_on date not null,
    answer text,
    evidence text[],
    answered_by text,
    answered_on date,
    acceptance text,
    accepted_by text,
    accepted_on date,
    overdue_on date,
    primary key (year, project, number)
);
create index correction_waiting on read.correction (until) where answer is null and overdue_on is null;
