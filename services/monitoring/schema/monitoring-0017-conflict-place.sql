-- A conflict is told by its place and by what came there: in a topic that was made anew another voucher stands at the same offset.
-- depends: monitoring-0016-explained-gaps
alter table ledger.conflict drop constraint conflict_pkey;
create unique index conflict_message on ledger.conflict (partition, log_offset, source, numbering_year, number, md5(held::text));
