-- Budget changes that rounds of monitoring proposed: which application was made of one, and one that waits behind another application.
-- depends: goals-0001-read-models

alter table read.adjustment add column round text;
alter table read.project add column proposed jsonb;
comment on column read.adjustment.round is 'the round of monitoring that proposed it; null where a unit applied';
create index adjustment_undecided on read.adjustment (year, project) where decision is null;
