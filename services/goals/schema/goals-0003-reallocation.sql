-- Money that a stop freed, and where it goes.
-- depends: goals-0001-read-models

create table read.reallocation (
    year integer not null,
    project text collate "C" not null,
    reallocation integer not null,
    receiver text collate "C" not null,
    amount bigint not null,
    currency text not null,
    reason text not null,
    proposed_by text not null,
    proposed_on date not null,
    decision text check (decision in ('approved', 'rejected')),
    ground text,
    decided_by text,
    decided_on date,
    adjusted_on date,
    event uuid not null,
    primary key (year, project, reallocation)
);
comment on table read.reallocation is 'project is the stopped one; ground the document of an approval, the reason of a rejection';
comment on column read.reallocation.adjusted_on is 'the day on which the receiving project''s budget was raised by what it was given';
create index reallocation_receiver on read.reallocation (year, receiver);
