"""What the office's screen is made of, beside the projects' own rows: what stands open, how each month was judged last, units by months.

Each change is told on the channel `office`, once a transaction, so that open screens need not ask.
"""

from __future__ import annotations

from backbone.record.events import Connection
from contracts import search
from contracts.event import Event
from contracts.goals import GoalApproved
from contracts.monitoring import (
    CorrectionOrdered,
    DeviationDetected,
    MonthJudged,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
    StopRecommended,
    SuspensionRecommended,
)
from services.monitoring.domain.events import (
    CorrectionAccepted,
    CorrectionAnswered,
    CorrectionEscalated,
    CorrectionOverdue,
    CorrectionReturned,
    CorrectionWithdrawn,
    DeviationDismissed,
    DeviationReopened,
)
from services.monitoring.domain.rules import gravity

CHANGED = "office"
"""The channel that PostgreSQL notifies when something changed that an office decides on."""

_OPEN = """
with latest as (
    select distinct on (d.rule) d.rule, d.level, d.deviation, d.period, d.judgement, d.found_on, d.event, d.dismissed_on
    from deviation d
    where d.year = %(year)s and d.project = %(project)s and d.open
    order by d.rule, d.version desc
)
insert into open_finding (year, project, rule, level, gravity, deviation, period, judgement, found_on, event, ordered)
select %(year)s, %(project)s, l.rule, l.level, array_position(array['notice', 'warning', 'suspend', 'stop'], l.level) - 1, l.deviation,
       l.period, l.judgement, l.found_on, l.event,
       exists (select from correction c
               where c.year = %(year)s and c.project = %(project)s and c.withdrawn_on is null and l.deviation = any(c.deviations))
from latest l
where l.dismissed_on is null
on conflict (year, project, rule) do update set level = excluded.level, gravity = excluded.gravity, deviation = excluded.deviation,
    period = excluded.period, judgement = excluded.judgement, found_on = excluded.found_on, event = excluded.event,
    ordered = excluded.ordered
"""
_MONTH = """
with place as (
    select unit, department from project where year = %(year)s and project = %(project)s
), before as (
    select level from month where year = %(year)s and project = %(project)s and period = %(period)s
), now as (
    insert into month (year, project, period, level, rules, judgement)
    values (%(year)s, %(project)s, %(period)s, %(level)s, %(rules)s, %(judgement)s)
    on conflict (year, project, period) do update set level = excluded.level, rules = excluded.rules, judgement = excluded.judgement
), less as (
    update unit_month u set projects = projects - 1 from place, before
    where u.year = %(year)s and u.unit = place.unit and u.department = place.department and u.period = %(period)s
      and u.level = before.level and before.level <> %(level)s
)
insert into unit_month (year, unit, department, period, level, projects)
select %(year)s, place.unit, place.department, %(period)s, %(level)s, 1 from place
where not exists (select from before where before.level = %(level)s)
on conflict (year, unit, department, period, level) do update set projects = unit_month.projects + 1
"""
_LEAVE = """
update unit_month u set projects = u.projects - 1
from project p join month m using (year, project)
where p.year = %(year)s and p.project = %(project)s and (p.unit, p.department) <> (%(unit)s, %(department)s)
  and u.year = p.year and u.unit = p.unit and u.department = p.department and u.period = m.period and u.level = m.level
returning u.period, u.level
"""
_ENTER = """
insert into unit_month (year, unit, department, period, level, projects) values (%s, %s, %s, %s, %s, 1)
on conflict (year, unit, department, period, level) do update set projects = unit_month.projects + 1
"""
_OVER = """
delete from open_finding o
where o.year = %(year)s and o.project = %(project)s
  and not exists (select from deviation d where d.year = o.year and d.project = o.project and d.rule = o.rule and d.open)
"""
_DISMISSED = "delete from open_finding where year = %s and project = %s and rule = %s"
_WORDS = "update project set haystack = %s, terms = %s where year = %s and project = %s"


def before(conn: Connection, event: Event) -> None:
    """Before an event is applied: a project that another unit answers for from now on takes its months with it."""
    if isinstance(event, GoalApproved):
        place = {name: getattr(event, name) for name in ("year", "project", "unit", "department")}
        for period, level in conn.execute(_LEAVE, place).fetchall():
            conn.execute(_ENTER, (event.year, event.unit, event.department, period, level))


def apply(conn: Connection, event: Event) -> None:
    """After an event was applied to the projects' rows."""
    match event:
        case GoalApproved():
            text = search.normal(f"{event.project} {event.name}")
            conn.execute(_WORDS, (text, list(search.terms(text)), event.year, event.project))
        case MonthJudged():
            _month_judged(conn, event)
        case DeviationDetected() | DeviationReopened() | CorrectionOrdered():
            conn.execute(_OPEN, {"year": event.year, "project": event.project})
            _tell(conn)
        case DeviationDismissed():
            conn.execute(_DISMISSED, (event.year, event.project, event.rule))
            _tell(conn)
        case (
            SuspensionRecommended() | StopRecommended() | ProjectSuspended() | ProjectStopped() | ProjectResumed()
            | CorrectionAnswered() | CorrectionAccepted() | CorrectionOverdue() | CorrectionReturned() | CorrectionEscalated()
            | CorrectionWithdrawn()
        ):  # fmt: skip
            _tell(conn)
        case _:
            """Nothing of the screen."""


def _month_judged(conn: Connection, event: MonthJudged) -> None:
    """The month as it was judged last, and its unit's count of months of that level; a closed month may end what stood open."""
    conn.execute(
        _MONTH,
        {
            "year": event.year,
            "project": event.project,
            "period": event.period,
            "level": max((finding.level for finding in event.findings), key=gravity, default="none"),
            "rules": [finding.rule for finding in event.findings],
            "judgement": event.judgement,
        },
    )
    if event.closed and conn.execute(_OVER, {"year": event.year, "project": event.project}).rowcount:
        _tell(conn)


def _tell(conn: Connection) -> None:
    conn.execute("select pg_notify(%s, '')", (CHANGED,))
