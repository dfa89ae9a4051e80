-- Vouchers that came again with the same figures: how often, and when and from where last. One row a voucher however often a file is sent
-- again, so it never grows past the ledger.
-- depends: monitoring-0012-ledger-read
create table ledger.repetition (
    last_arrived timestamptz not null,
    log_offset bigint not null,
    times integer not null,
    source smallint not null,
    numbering_year smallint not null,
    topic_partition smallint not null,
    number text collate "C" not null,
    primary key (source, numbering_year, number)
) with (fillfactor = 70);
comment on table ledger.repetition is 'vouchers that came again and were not counted again; partition and offset are those of the last time';
grant select, insert, update on ledger.repetition to jixiao_monitoring;
