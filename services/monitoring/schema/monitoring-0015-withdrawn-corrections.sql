-- A correction whose deviations were all dismissed is withdrawn: nobody has to answer it, and its clock stands still.
-- depends: monitoring-0008-follow-up

alter table read.correction add column withdrawn_on date, add column withdrawn_by text, add column withdrawal_reason text;

alter table read.consequence drop constraint consequence_outcome_check;
alter table read.consequence add constraint consequence_outcome_check
    check (outcome in ('accepted', 'adjusted', 'resumed', 'stopped', 'withdrawn'));
