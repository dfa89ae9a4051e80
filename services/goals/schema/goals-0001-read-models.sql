-- Goals' read models: what the pages and the API show. Written by services/goals/projections.py alone, made again by a rebuild.

-- A project in a fiscal year: its latest declaration, the goal in force, and what others announced. Money in fen.
create table read.project (
    year integer not null,
    project text collate "C" not null,
    name text not null,
    unit text not null,
    department text not null,
    kind text not null,
    years integer not null,
    currency text not null,
    tags text[] not null,
    transfer_to text,
    scheme text not null,
    status text not null check (status in ('submitted', 'passed', 'returned', 'refused', 'approved')),
    status_since date not null,
    submission integer not null,
    declared_budget bigint not null,
    budget bigint,
    annual jsonb not null,
    document text,
    approved_on date,
    pending_adjustment integer,
    execution text not null default 'active' check (execution in ('active', 'suspended', 'stopped')),
    execution_since date,
    freed bigint not null default 0,
    urged jsonb,
    grade text,
    total numeric,
    consequence text,
    scheme_used text,
    evaluated_on date,
    page text,
    primary key (year, project)
);
comment on column read.project.budget is 'budget in force; null before the approval';
comment on column read.project.annual is 'indicators in force, or as last declared before the approval';
comment on column read.project.freed is 'money that a stop freed for reallocation';
create index project_unit on read.project (year, unit);

-- Every submission as it was declared.
create table read.submission (
    year integer not null,
    project text collate "C" not null,
    submission integer not null,
    submitted_by text not null,
    submitted_on date not null,
    content jsonb not null,
    primary key (year, project, submission)
);

-- Every review round: what the rule set found, or what finance returned by hand. `round` is the version of its event in the stream.
create table read.review (
    year integer not null,
    project text collate "C" not null,
    round integer not null,
    submission integer not null,
    decision text not null check (decision in ('pass', 'return', 'refuse')),
    rules text not null,
    findings jsonb not null,
    reason text not null,
    decided_by text not null,
    decided_on date not null,
    primary key (year, project, round)
);

-- Every application to adjust goals and budget, with its decision.
create table read.adjustment (
    year integer not null,
    project text collate "C" not null,
    adjustment integer not null,
    cause text not null,
    reason text not null,
    previous_budget bigint,
    budget bigint not null,
    annual jsonb not null,
    rules text not null,
    findings jsonb not null,
    applied_by text not null,
    applied_on date not null,
    decision text check (decision in ('approved', 'rejected')),
    ground text,
    decided_by text,
    decided_on date,
    primary key (year, project, adjustment)
);
