-- What follows a deviation: dismissed by an official with a reason, or corrected.
-- depends: monitoring-0003-read-models

alter table read.deviation
    add column dismissed_on date,
    add column dismissed_by text,
    add column dismissal_reason text,
    add column dismissal_document text,
    add column dismissal_event uuid;
alter table read.deviation
    add column explanation text,
    add column explanation_evidence text[],
    add column explained_by text,
    add column explained_on date,
    add column explanation_event uuid;
comment on column read.deviation.explanation is 'what the unit says of it';
comment on column read.deviation.dismissed_on is 'the day on which an official dismissed it; null again when the same deviation grows graver';

alter table read.recommendation drop constraint recommendation_outcome_check;
alter table read.recommendation add constraint recommendation_outcome_check
    check (outcome in ('suspended', 'stopped', 'resumed', 'graver', 'dismissed'));
comment on column read.recommendation.outcome is
    'the order that answered it; graver: a stop was recommended after it; dismissed: what it rested on was dismissed; null: open';

alter table read.correction
    add column refusals integer not null default 0,
    add column returned_on date,
    add column returned_by text,
    add column return_reason text,
    add column escalated_on date,
    add column escalated_to text,
    add column escalation text check (escalation in ('overdue', 'refused'));
comment on column read.correction.refusals is 'how often an answer was sent back; the answer sent back last is in the story';

-- Every order given of a project, with its measures, its clock and how it ended; `event` is the order''s own.
create table read.consequence (
    year integer not null,
    project text collate "C" not null,
    version integer not null,
    kind text not null check (kind in ('correction', 'urging', 'suspension', 'stop')),
    number integer,
    cause text,
    measures jsonb not null,
    reason text not null,
    ordered_by text not null,
    ordered_on date not null,
    until date,
    passed_on date,
    outcome text check (outcome in ('accepted', 'adjusted', 'resumed', 'stopped')),
    outcome_on date,
    event uuid not null,
    primary key (year, project, version)
);
comment on column read.consequence.number is 'of a correction: its number in read.correction';
comment on column read.consequence.until is 'the day of the measure that is due last';
comment on column read.consequence.passed_on is 'the day on which it was noticed that `until` had passed';
comment on column read.consequence.outcome is 'what ended it: stopped, where a stop left nothing to correct, adjust or resume; null: it holds still';
create unique index consequence_event on read.consequence (event);
create index consequence_due on read.consequence (until) where outcome is null and passed_on is null;
