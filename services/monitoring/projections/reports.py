"""Progress reports, who vouched for them and who was reminded, as rows of the read models."""

from __future__ import annotations

from psycopg.types.json import Json

from backbone.record.events import Connection, Recorded
from contracts.monitoring import ProgressDisputed, ProgressReported, ProgressVouched
from services.monitoring.domain.events import ReportChased

_REPORT = """
insert into report (year, project, report, period, received, indicator_values, said, supplied_by, vouching, vouching_unit,
    vouching_event, event)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_VOUCHING = """
update report set vouching = %s, vouching_unit = %s, vouching_reason = %s, vouching_event = %s
where year = %s and project = %s and report = %s
"""
_CHASE = """
insert into chase (year, project, period, working_day, reminders, chased_on, event) values (%s, %s, %s, %s, %s, %s, %s)
on conflict (year, project, period) do update set working_day = excluded.working_day, reminders = excluded.reminders,
    chased_on = excluded.chased_on, event = excluded.event
"""
SAID = {"expected", "serious_problem", "implementation", "evidence", "details", "evidence_files"}


def reported(conn: Connection, event: ProgressReported, recorded: Recorded) -> None:
    """A report came."""
    written = event.model_dump(mode="json")
    vouching = ("vouched", event.vouched_by, recorded.id) if event.vouched_by else (None, None, None)
    conn.execute(
        _REPORT,
        (
            event.year,
            event.project,
            event.report,
            event.period,
            event.received,
            Json(written["values"]),
            Json({name: written[name] for name in sorted(SAID)}),
            event.supplied_by,
            *vouching,
            recorded.id,
        ),
    )


def vouched(conn: Connection, event: ProgressVouched | ProgressDisputed, recorded: Recorded) -> None:
    """A report was vouched for, or disputed."""
    verdict = "vouched" if isinstance(event, ProgressVouched) else "disputed"
    place = (event.year, event.project, event.report)
    conn.execute(_VOUCHING, (verdict, event.unit, event.reason, recorded.id, *place))


def chased(conn: Connection, event: ReportChased, recorded: Recorded) -> None:
    """A unit was reminded."""
    told = (event.working_day, event.reminder, event.chased_on, recorded.id)
    conn.execute(_CHASE, (event.year, event.project, event.period, *told))
