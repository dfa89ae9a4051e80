-- The record of a service: what people and rules decided, and what it heard. `jixiao.role` is the service's own role.
create schema record;
create schema read;

create table record.event (
    position bigint generated always as identity primary key,
    stream text collate "C" not null,
    version integer not null check (version > 0),
    number integer check (number > 0),
    type text not null,
    id uuid not null unique,
    time timestamptz not null,
    day date not null,
    actor text not null,
    trace text not null,
    origin text,
    origin_number integer,
    data jsonb not null,
    unique (stream, version),
    unique (stream, number)
);
comment on column record.event.number is 'contiguous number of a public event in its stream; null: private or heard';
comment on column record.event.origin is 'the service whose event was heard; null: own';
create index event_public on record.event (position) where number is not null;

create table record.command (
    actor text not null,
    key text not null,
    digest bytea not null,
    answer jsonb not null,
    at timestamptz not null default now(),
    primary key (actor, key)
);
create table record.audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    day date not null,
    actor text not null,
    role text not null,
    org text not null,
    command text not null,
    outcome text not null check (outcome in ('done', 'nothing', 'refused')),
    stream text,
    detail jsonb not null,
    trace text not null
);

create table record.relay_cursor (
    only_row boolean primary key default true check (only_row),
    position bigint not null
);
insert into record.relay_cursor (position) values (0);
create table record.relayed (
    topic text not null,
    partition integer not null,
    log_offset bigint not null,
    event_id uuid not null,
    primary key (topic, partition)
);

create table record.consumed (
    topic text not null,
    partition integer not null,
    next_offset bigint not null,
    event_id text,
    fence bigint not null default 0,
    message_time timestamptz,
    primary key (topic, partition)
);
create table record.heard (
    origin text not null,
    stream text collate "C" not null,
    number integer not null,
    primary key (origin, stream)
);
create table record.parked (
    topic text not null,
    partition integer not null,
    log_offset bigint not null,
    origin text not null,
    stream text collate "C" not null,
    number integer not null,
    value bytea not null,
    at timestamptz not null default now(),
    primary key (topic, partition, log_offset)
);
create index parked_stream on record.parked (origin, stream, number);
create table record.dead_letter (
    id bigint generated always as identity primary key,
    topic text not null,
    partition integer not null,
    log_offset bigint not null,
    key bytea,
    value bytea,
    headers jsonb not null,
    kind text not null check (kind in ('unreadable', 'defect', 'refused')),
    reason text not null,
    detail text not null,
    at timestamptz not null default now(),
    status text not null default 'waiting' check (status in ('waiting', 'replayed')),
    replayed_at timestamptz,
    unique (topic, partition, log_offset)
);

create table record.business_day (
    only_row boolean primary key default true check (only_row),
    day date not null,
    confirmed date
);

do $$
declare service_role text := current_setting('jixiao.role');
begin
    execute format('grant usage on schema record, read to %I', service_role);
    execute format('grant select, insert on record.event, record.command, record.audit to %I', service_role);
    execute format('grant select, update on record.relay_cursor to %I', service_role);
    execute format('grant select, insert, update on record.relayed, record.consumed, record.heard, record.dead_letter, record.business_day to %I', service_role);
    execute format('grant select, insert, delete on record.parked to %I', service_role);
    execute format('alter default privileges in schema read grant select, insert, update, delete on tables to %I', service_role);
    execute format('alter default privileges in schema read grant usage on sequences to %I', service_role);
end $$;
