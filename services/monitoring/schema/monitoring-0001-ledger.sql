-- The ledger: every voucher counted once, the monthly figures folded from it, what contradicts it, what it touched.
-- Sizes: amounts in integer minor units of the currency; periods as YYYY-MM.
create schema ledger;
grant usage on schema ledger to jixiao_monitoring;

create table ledger.voucher (
    source text collate "C" not null,
    numbering_year integer not null,
    number text collate "C" not null,
    date date not null,
    amount bigint not null,
    currency text not null,
    project text collate "C" not null,
    unit text,
    memo text,
    functional text,
    economic text,
    sequence bigint,
    period text not null,
    arrived timestamptz not null,
    topic_partition integer not null,
    log_offset bigint not null,
    primary key (source, numbering_year, number)
);
comment on table ledger.voucher is 'the record of what was counted: INSERT and SELECT only';
create index voucher_project on ledger.voucher (project, date);

create table ledger.figure (
    project text collate "C" not null,
    period text not null,
    currency text not null,
    paid bigint not null,
    vouchers integer not null,
    first_paid date,
    primary key (project, period, currency)
);
comment on table ledger.figure is 'sums of one month alone, a fold of the ledger; first_paid: day of the first payment above 0';

create table ledger.conflict (
    source text not null,
    numbering_year integer not null,
    number text not null,
    held jsonb not null,
    first_seen timestamptz not null,
    partition integer not null,
    log_offset bigint not null,
    primary key (partition, log_offset)
);
create index conflict_voucher on ledger.conflict (source, numbering_year, number);

create table ledger.touched (
    project text collate "C" primary key,
    period text not null,
    since timestamptz not null
);
comment on table ledger.touched is 'projects whose figures changed since they were last judged, with the earliest month that did';

grant select, insert on ledger.voucher, ledger.conflict to jixiao_monitoring;
grant select, insert, update on ledger.figure to jixiao_monitoring;
grant select, insert, update, delete on ledger.touched to jixiao_monitoring;
