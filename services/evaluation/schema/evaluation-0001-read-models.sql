-- Evaluation's read models: what the pages and the API list. Written by services/evaluation/projections.py alone, made again by a rebuild.

-- A project in a fiscal year as it was heard, and its latest evaluation. Money in fen.
create table read.project (
    year integer not null,
    project text collate "C" not null,
    name text,
    unit text,
    department text,
    scheme text,
    currency text not null default 'CNY',
    budget bigint,
    paid bigint,
    vouchers integer,
    reported_until text,
    execution text not null default 'active' check (execution in ('active', 'suspended', 'stopped')),
    evaluation integer,
    primary key (year, project)
);
comment on column read.project.name is 'null until the goals have been heard';
comment on column read.project.paid is 'of the latest full judgement of December; null before it';
create index project_unit on read.project (year, unit);

-- Every evaluation of a project, with the indicators behind it.
create table read.evaluation (
    year integer not null,
    project text collate "C" not null,
    evaluation integer not null,
    id uuid,
    scheme text not null,
    budget bigint,
    paid bigint,
    vouchers integer,
    parts jsonb,
    total numeric,
    grade text,
    consequence text,
    rests_on text[],
    evaluated_by text,
    evaluated_on date,
    indicators jsonb not null,
    primary key (year, project, evaluation)
);

-- A year's assessment of units.
create table read.assessment (
    year integer primary key,
    scheme text not null,
    opened_on date not null,
    places jsonb not null default '{}',
    mid_term_on date,
    completed_on date
);

-- A unit in a year's assessment: its latest result, null before the completion.
create table read.unit (
    year integer not null,
    unit text collate "C" not null,
    place integer not null,
    name text not null,
    unit_class text not null,
    evaluation integer,
    id uuid,
    parts jsonb,
    total numeric,
    grade text,
    rank integer,
    consequence text,
    rests_on text[],
    evaluated_by text,
    evaluated_on date,
    changed boolean not null default false,
    mid_term jsonb,
    primary key (year, unit)
);
comment on column read.unit.place is 'place in the list that the assessment was opened with';
comment on column read.unit.changed is 'figures came after the result; the next completion takes them in';
