-- Per partition of the execution stream: received = counted + duplicate + conflict + dead.
-- depends: monitoring-0001-ledger
create table ledger.tally (
    partition integer primary key,
    counted bigint not null,
    duplicate bigint not null,
    conflict bigint not null,
    dead bigint not null
);
grant select, insert, update on ledger.tally to jixiao_monitoring;
