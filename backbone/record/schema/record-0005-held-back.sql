-- What waits behind a dead letter, and dead letters that a person dismissed.
-- depends: record-0004-rebuilds
alter table record.dead_letter drop constraint dead_letter_status_check;
alter table record.dead_letter
    add constraint dead_letter_status_check check (status in ('waiting', 'replayed', 'dismissed')),
    add column sender text,
    add column stream text collate "C",
    add column dismissed_by text,
    add column dismissal_reason text,
    add column dismissed_at timestamptz,
    add constraint dead_letter_dismissed check ((status = 'dismissed') = (dismissed_by is not null and dismissal_reason is not null));
comment on column record.dead_letter.sender is
    'the organisation whose later messages about `stream` are held behind this one until it is replayed or dismissed; null: it holds none';
create index dead_letter_holds on record.dead_letter (sender, stream) where status = 'waiting' and sender is not null;

create table record.held_back (
    id bigint generated always as identity primary key,
    behind bigint not null references record.dead_letter,
    topic text not null,
    partition integer not null,
    log_offset bigint not null,
    key bytea,
    value bytea,
    headers jsonb not null,
    at timestamptz not null default now()
);
create index held_back_behind on record.held_back (behind, id);
comment on table record.held_back is 'messages with a token: each came after the dead letter that it is behind, from the same sender, about the same stream';

create table record.given_up (
    origin text not null,
    stream text collate "C" not null,
    number integer not null,
    letter bigint not null references record.dead_letter,
    primary key (origin, stream, number)
);
comment on table record.given_up is 'public numbers that are passed over, because the dead letter that had them was dismissed';

do $$
declare service_role text := current_setting('jixiao.role');
begin
    execute format('grant select, insert, update, delete on record.held_back to %I', service_role);
    execute format('grant select, insert on record.given_up to %I', service_role);
end $$;
