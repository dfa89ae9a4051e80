-- The ledger by ids: codes of sources and projects are kept once, a voucher's row and its index entries carry their numbers;
-- `…_by_code` shows rows with the codes. Marks of what is to be judged are appended, one row a flush, and never contended for
-- (decision 11).
-- depends: monitoring-0004-touched-trace
create table ledger.source (
    id smallint generated always as identity primary key,
    code text collate "C" not null unique
);
create table ledger.project (
    id integer generated always as identity primary key,
    code text collate "C" not null unique
);

alter table ledger.voucher rename to voucher_before;
alter table ledger.voucher_before rename constraint voucher_pkey to voucher_before_pkey;
drop index ledger.voucher_project;
alter table ledger.figure rename to figure_before;
alter table ledger.figure_before rename constraint figure_pkey to figure_before_pkey;
insert into ledger.source (code) select distinct source from ledger.voucher_before order by source;
insert into ledger.project (code)
select project from ledger.voucher_before union select project from ledger.figure_before union select project from ledger.touched order by 1;

create table ledger.voucher (
    amount bigint not null,
    log_offset bigint not null,
    sequence bigint,
    arrived timestamptz not null default now(),
    project integer not null,
    date date not null,
    source smallint not null,
    numbering_year smallint not null,
    topic_partition smallint not null,
    number text collate "C" not null,
    currency text not null,
    unit text,
    functional text,
    economic text,
    memo text,
    primary key (source, numbering_year, number)
);
comment on table ledger.voucher is 'the record of what was counted, one row a voucher: INSERT and SELECT only; amount in minor units';
insert into ledger.voucher (amount, log_offset, sequence, arrived, project, date, source, numbering_year, topic_partition, number,
                            currency, unit, functional, economic, memo)
select b.amount, b.log_offset, b.sequence, b.arrived, p.id, b.date, s.id, b.numbering_year, b.topic_partition, b.number,
       b.currency, b.unit, b.functional, b.economic, b.memo
from ledger.voucher_before b join ledger.source s on s.code = b.source join ledger.project p on p.code = b.project
order by s.id, b.numbering_year, b.number;
create index voucher_project on ledger.voucher (project);

create table ledger.figure (
    project integer not null,
    period text collate "C" not null,
    currency text collate "C" not null,
    paid bigint not null,
    vouchers integer not null,
    first_paid date,
    primary key (project, period, currency)
) with (fillfactor = 70);
comment on table ledger.figure is 'sums of one month alone, a fold of the ledger; first_paid: day of the first payment above 0';
insert into ledger.figure (project, period, currency, paid, vouchers, first_paid)
select p.id, b.period, b.currency, b.paid, b.vouchers, b.first_paid
from ledger.figure_before b join ledger.project p on p.code = b.project;

create table ledger.total (
    kind text collate "C" not null check (kind in ('unit', 'functional', 'economic')),
    code text collate "C" not null,
    period text collate "C" not null,
    currency text collate "C" not null,
    paid bigint not null,
    vouchers bigint not null,
    primary key (kind, code, period, currency)
) with (fillfactor = 70);
comment on table ledger.total is
    'sums of one month by what the voucher says: paying unit, functional or economic class; code empty where it says none';
insert into ledger.total (kind, code, period, currency, paid, vouchers)
select kind, coalesce(code, ''), to_char(date, 'YYYY-MM'), currency, sum(amount), count(*)
from ledger.voucher cross join lateral (values ('unit', unit), ('functional', functional), ('economic', economic)) as class (kind, code)
group by 1, 2, 3, 4;

create table ledger.numbering (
    source smallint not null,
    numbering_year smallint not null,
    seen int8multirange not null,
    primary key (source, numbering_year)
);
comment on table ledger.numbering is 'which of a source''s own rising numbers (sequence) have come; what lies between is a gap';
insert into ledger.numbering (source, numbering_year, seen)
select source, numbering_year, range_agg(int8range(sequence, sequence + 1))
from ledger.voucher where sequence is not null group by source, numbering_year;

create table ledger.mark (
    id bigint generated always as identity primary key,
    since timestamptz not null default now(),
    worker text not null default '',
    projects integer[] not null,
    periods text[] not null,
    traces text[] not null
);
comment on table ledger.mark is
    'projects to be judged, and from which month on; one row a flush or command, removed by whoever has judged them';
insert into ledger.mark (since, projects, periods, traces)
select min(t.since), array_agg(p.id), array_agg(t.period), array_agg(coalesce(t.trace, ''))
from ledger.touched t join ledger.project p on p.code = t.project having count(*) > 0;

create table ledger.calm (
    project integer not null,
    year smallint not null,
    version integer not null,
    day date not null,
    rules text not null,
    currency text not null,
    from_period text collate "C" not null,
    paid_to bigint not null,
    paid_from date not null,
    primary key (project, year)
) with (fillfactor = 70);
comment on table ledger.calm is
    'a project judged without a finding: until its stream, the day or the rules change, figures from from_period on that stay within '
    'paid_to and show no payment before paid_from bring nothing; only a shortcut, it may be emptied at any time';

drop table ledger.voucher_before;
drop table ledger.figure_before;
drop table ledger.touched;

create view ledger.voucher_by_code as
select s.code as source, v.numbering_year, v.number, v.date, v.amount, v.currency, p.code as project, v.unit, v.memo, v.functional,
       v.economic, v.sequence, to_char(v.date, 'YYYY-MM') as period, v.arrived, v.topic_partition, v.log_offset,
       v.project as project_id, v.source as source_id
from ledger.voucher v join ledger.project p on p.id = v.project join ledger.source s on s.id = v.source;
create view ledger.figure_by_code as
select p.code as project, f.period, f.currency, f.paid, f.vouchers, f.first_paid, f.project as project_id
from ledger.figure f join ledger.project p on p.id = f.project;

grant select, insert on ledger.source, ledger.project, ledger.voucher to jixiao_monitoring;
grant select, insert, update on ledger.figure, ledger.total, ledger.numbering to jixiao_monitoring;
grant select, insert, delete on ledger.mark to jixiao_monitoring;
grant select, insert, update, delete on ledger.calm to jixiao_monitoring;
grant select on ledger.voucher_by_code, ledger.figure_by_code to jixiao_monitoring;
