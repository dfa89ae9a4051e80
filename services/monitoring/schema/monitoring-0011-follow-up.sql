-- What follows a deviation: dismissed by an official with a reason, or corrected.
-- depends: monitoring-0003-read-models

alter table read.deviation
    add column dismissed_on date,
    add column dismissed_by text,
    add column dismissal_reason text,
    add column dismissal_document text,
    add column dismissal_event uuid;
comment on column read.deviation.dismissed_on is 'the day on which an official dismissed it; null again when the same deviation grows graver';

alter table read.recommendation drop constraint recommendation_outcome_check;
alter table read.recommendation add constraint recommendation_outcome_check
    check (outcome in ('suspended', 'stopped', 'resumed', 'graver', 'dismissed'));
comment on column read.recommendation.outcome is
    'the order that answered it; graver: a stop was recommended after it; dismissed: what it rested on was dismissed; null: open';
