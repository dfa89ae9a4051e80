-- What stood at an offset: by the topic's id and the ids of events it is noticed that a topic was made anew, lost its tail, or let go
-- of messages before they were read. After that an offset comes again with another message, so a place alone names none.
-- depends: record-0001-event-table
alter table record.consumed add column topic_id text;
comment on column record.consumed.topic_id is 'Kafka''s id of the topic that the offset is of; null: not asked yet, or a broker that gives none';

create table record.waypoint (
    topic text not null,
    partition integer not null,
    next_offset bigint not null,
    event_id text,
    primary key (topic, partition, next_offset)
);
comment on table record.waypoint is 'places before next_offset whose event is known: the last that still stands is where reading goes on after a lost tail';

create table record.topic_change (
    id bigint generated always as identity primary key,
    topic text not null,
    partition integer not null,
    found text not null check (found in ('made-anew', 'tail-lost', 'expired')),
    expected_offset bigint not null,
    expected_id text,
    found_id text,
    first_offset bigint not null,
    end_offset bigint not null,
    goes_on_at bigint not null,
    at timestamptz not null default now()
);
comment on table record.topic_change is 'received of a partition = next_offset in record.consumed + the sum of expected_offset - goes_on_at here';

alter table record.dead_letter drop constraint dead_letter_topic_partition_log_offset_key;
create unique index dead_letter_message on record.dead_letter (topic, partition, log_offset, md5(coalesce(value, ''::bytea)), md5(headers::text));
alter table record.parked drop constraint parked_pkey;
alter table record.parked add primary key (topic, partition, log_offset, origin, stream, number);

do $$
declare service_role text := current_setting('jixiao.role');
begin
    execute format('grant select, insert on record.topic_change to %I', service_role);
    execute format('grant select, insert, update, delete on record.waypoint to %I', service_role);
end $$;
