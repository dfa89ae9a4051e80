"""The calm of projects (domain.calm) beside the figures: PostgreSQL itself tells which of many touched projects can bring nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from backbone.record.events import Connection
from services.monitoring.domain.calm import Calm
from services.monitoring.handlers.marks import Marked

_NOT_CALM = """
select p.code, asked.project, asked.period, asked.trace
from unnest(%(projects)s::integer[], %(periods)s::text[], %(traces)s::text[]) as asked(project, period, trace)
join ledger.project p on p.id = asked.project
where not exists (
    select 1
    from ledger.calm c
    cross join lateral (
        select max(month.so_far) as top, min(month.first_paid) as earliest
        from (
            select f.period, f.first_paid, sum(f.paid) over (order by f.period) as so_far
            from ledger.figure f
            where f.project = c.project and f.currency = c.currency and f.period between c.year || '-01' and c.year || '-12'
        ) month
        where month.period >= asked.period
    ) figures
    where c.project = asked.project and c.year = left(asked.period, 4)::smallint
      and c.day = %(day)s and c.rules = %(rules)s and asked.period >= c.from_period
      and coalesce(figures.top, 0) <= c.paid_to and coalesce(figures.earliest, c.paid_from) >= c.paid_from
      and c.version = coalesce((
          select e.version from record.event e
          where e.stream = 'project/' || p.code || '/' || c.year order by e.version desc limit 1
      ), 0)
)
"""
_NOTE = """
insert into ledger.calm (project, year, version, day, rules, currency, from_period, paid_to, paid_from)
select project, year, version, %s, %s, currency, from_period, paid_to, paid_from
from unnest(%s::integer[], %s::smallint[], %s::integer[], %s::text[], %s::text[], %s::bigint[], %s::date[])
     as told(project, year, version, currency, from_period, paid_to, paid_from)
on conflict (project, year) do update set version = excluded.version, day = excluded.day, rules = excluded.rules,
    currency = excluded.currency, from_period = excluded.from_period, paid_to = excluded.paid_to, paid_from = excluded.paid_from
"""


class Place(NamedTuple):
    """A project's fiscal year that was touched, from a month on; `number` is the ledger's of the project, `trace` its voucher's."""

    project: str
    year: int
    period: str
    number: int
    trace: str


class Noted(NamedTuple):
    """A calm to be noted, with the version of the stream that it was told from and the currency that it is in."""

    place: Place
    version: int
    currency: str
    calm: Calm


def not_calm(conn: Connection, marked: Sequence[Marked], day: date, rules: str) -> list[Place]:
    """Those of the marked projects whose figures may bring something. Read after the marks, so no figure is older than its mark."""
    projects, periods, traces = zip(*marked, strict=True)
    asked = {"projects": list(projects), "periods": list(periods), "traces": list(traces), "day": day, "rules": rules}
    return [Place(row[0], int(row[2][:4]), row[2], row[1], row[3]) for row in conn.execute(_NOT_CALM, asked)]


def note_calm(conn: Connection, noted: Sequence[Noted], day: date, rules: str) -> None:
    """Note the calm of projects on a day under a rule set."""
    if not noted:
        return
    rows = [
        (
            each.place.number, each.place.year, each.version, each.currency,
            each.calm.from_period, each.calm.paid_to, each.calm.paid_from,
        )
        for each in sorted(noted)
    ]  # fmt: skip
    conn.execute(_NOTE, (day, rules, *(list(column) for column in zip(*rows, strict=True))))
