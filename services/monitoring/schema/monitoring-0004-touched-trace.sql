-- The trace of a voucher that touched the project last: the judgement that follows is a step of it.
-- depends: monitoring-0001-ledger
alter table ledger.touched add column trace text;
