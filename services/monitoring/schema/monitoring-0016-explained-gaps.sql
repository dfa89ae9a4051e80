-- Gaps in a source's numbering that a person explained. Written by projections/ledger.py, made again by a rebuild.
-- depends: monitoring-0012-ledger-read

create table read.gap_explanation (
    source text collate "C" not null,
    numbering_year integer not null,
    first bigint not null,
    last bigint not null,
    reason text not null,
    document text not null,
    explained_by text not null,
    explained_on date not null,
    event uuid not null,
    primary key (source, numbering_year, first, last)
);
comment on table read.gap_explanation is
    'numbers that will not come, and why: a gap within one of these ranges is no open gap, and what is left of it when some come is none';
