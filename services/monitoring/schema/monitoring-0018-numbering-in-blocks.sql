-- A source's numbers in blocks of 4,096: noting a few costs the same however many have come, and however many are missing between them.
-- In one row for a year, a source that leaves gaps on purpose (every fourth number is its own) made each note longer than the one before.
-- depends: monitoring-0017-conflict-place
alter table ledger.numbering rename to numbering_before;
create table ledger.numbering (
    source smallint not null,
    numbering_year smallint not null,
    block bigint not null,
    seen int8multirange not null,
    primary key (source, numbering_year, block)
);
comment on table ledger.numbering is
    'which of a source''s own rising numbers (sequence) have come, by blocks of 4,096 numbers; what lies between is a gap';
insert into ledger.numbering (source, numbering_year, block, seen)
select b.source, b.numbering_year, block, range_agg(seen.range * int8range(block * 4096, (block + 1) * 4096))
from ledger.numbering_before b cross join lateral unnest(b.seen) as seen (range)
cross join lateral generate_series(lower(seen.range) / 4096, (upper(seen.range) - 1) / 4096) as block
group by 1, 2, 3;
drop table ledger.numbering_before;
grant select, insert, update on ledger.numbering to jixiao_monitoring;
