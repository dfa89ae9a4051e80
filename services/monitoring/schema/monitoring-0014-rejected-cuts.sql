-- A cut that goals rejected is to be decided again: what was proposed, and why finance did not follow. Written by projections/rounds.py.
-- depends: monitoring-0010-rounds

alter table read.round_part
    add column rejected_budget bigint,
    add column rejected_by text,
    add column rejected_on date,
    add column rejection_reason text,
    add column rejected_event uuid;
