-- What publishing's pages and API read. Everything here is applied from the event table and can be rebuilt from it.

-- One row a project and year: the held result, and whether it has been published.
create table read.result (
    year integer not null,
    project text collate "C" not null,
    name text,
    unit text collate "C",
    currency text not null default 'CNY',
    budget bigint,
    paid bigint,
    total numeric,
    grade text,
    number integer,
    evaluation uuid,
    evaluated_on date,
    published uuid,
    primary key (year, project)
);
comment on column read.result.evaluation is 'the latest public EvaluationCompleted heard; null: none yet';
comment on column read.result.published is 'the evaluation published last; null: none';

-- One row a publication; a later one of the same project takes the place of the earlier, which stays.
create table read.publication (
    year integer not null,
    project text collate "C" not null,
    number integer not null,
    latest boolean not null,
    event uuid not null,
    stream text collate "C" not null,
    version integer not null,
    evaluation uuid not null,
    name text not null,
    unit text collate "C" not null,
    department text collate "C" not null,
    transfer_to text,
    tags text[] not null,
    status text not null,
    currency text not null,
    budget bigint not null,
    paid bigint not null,
    vouchers integer not null,
    execution numeric,
    attainment numeric,
    total numeric not null,
    grade text not null,
    approved uuid not null,
    published_on date not null,
    digest text not null,
    document text not null,
    haystack text not null,
    terms text[] not null,
    primary key (year, project, number)
);
comment on column read.publication.version is 'the stream up to this version is public';
comment on column read.publication.document is 'canonical JSON; its SHA-256 is the digest';
create unique index publication_latest on read.publication (year, project) where latest;
create unique index publication_stream on read.publication (stream) where latest;
create index publication_terms on read.publication using gin (terms) where latest;
create index publication_unit on read.publication (year, unit) where latest;

-- The months of a publication: money beside results, each with the event that said so.
create table read.month (
    year integer not null,
    project text collate "C" not null,
    number integer not null,
    period text not null,
    event uuid not null,
    report uuid,
    closed boolean not null,
    paid bigint not null,
    paid_in_month bigint not null,
    vouchers integer not null,
    digest text not null,
    execution numeric not null,
    attainment numeric not null,
    time numeric not null,
    mismatch numeric not null,
    findings jsonb not null,
    primary key (year, project, number, period)
);
