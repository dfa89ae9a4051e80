-- Read models are made again beside those in use, and put in their place in one short transaction.
-- depends: record-0003-lost-tails
create table record.rebuild (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    position bigint not null,
    events bigint not null
);
comment on table record.rebuild is
    'one row a rebuild; who reads at one snapshot over several statements locks it in ACCESS SHARE MODE first, and no rebuild is put in place meanwhile';

do $$
begin
    execute format('grant select on record.rebuild to %I', current_setting('jixiao.role'));
end $$;
