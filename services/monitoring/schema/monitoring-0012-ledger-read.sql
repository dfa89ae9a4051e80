-- What is read of the ledger beyond its sums: gaps in the sources' own numbering, repetitions of a voucher, decisions on conflicts,
-- reconciliations with the finance systems' statements.
-- depends: monitoring-0006-ledger-by-id monitoring-0011-office

-- A range index: an entry for 32 pages of the ledger, not for a voucher, so that the intake does not feel it. Vouchers arrive about in
-- the order of their days, so a month's lie close together and are found without reading the others.
create index voucher_date on ledger.voucher using brin (date) with (pages_per_range = 32, autosummarize = on);

create table ledger.gap (
    source smallint not null,
    numbering_year smallint not null,
    first bigint not null,
    last bigint not null check (last >= first),
    since timestamptz not null,
    primary key (source, numbering_year, first)
);
comment on table ledger.gap is
    'ranges of a source''s own numbers of which later ones have come, with when they were first seen missing; kept by the worker';
grant select, insert, update, delete on ledger.gap to jixiao_monitoring;

create table read.conflict_decision (
    source text collate "C" not null,
    numbering_year integer not null,
    number text collate "C" not null,
    held_date date not null,
    held_amount bigint not null,
    held_currency text not null,
    held_project text collate "C" not null,
    decision text not null check (decision in ('first-stands', 'to-be-reversed')),
    reason text not null,
    document text,
    decided_by text not null,
    decided_on date not null,
    event uuid not null,
    primary key (source, numbering_year, number, held_date, held_amount, held_currency, held_project)
);
comment on table read.conflict_decision is
    'what a person decided on figures that contradict a counted voucher: it holds for every arrival with the same figures';

create table read.reconciliation (
    event uuid primary key,
    reconciled_on date not null,
    time timestamptz not null,
    statement text not null,
    sha256 text not null,
    kind text not null check (kind in ('vouchers', 'totals')),
    source text collate "C",
    first text collate "C" not null,
    last text collate "C" not null,
    equal boolean not null,
    summary jsonb not null
);
comment on table read.reconciliation is 'statements of finance systems compared with the ledger; first and last: the months compared';
create index reconciliation_time on read.reconciliation (time, event);
