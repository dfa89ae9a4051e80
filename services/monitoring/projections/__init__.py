"""An event becomes rows of the read models. Replayable: a rebuild applies the whole record to empty tables."""

from __future__ import annotations

from uuid import UUID

from psycopg.types.json import Json

from backbone.record.events import Connection, Recorded
from contracts.evaluation import EvaluationCompleted
from contracts.goals import GoalAdjusted, GoalApproved, Indicator
from contracts.monitoring import (
    CorrectionOrdered,
    DeviationDetected,
    MonthFinding,
    MonthJudged,
    ProgressDisputed,
    ProgressReported,
    ProgressVouched,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
    PutOnWatchList,
    StopRecommended,
    SuspensionRecommended,
    TakenOffWatchList,
)
from services.monitoring.domain.events import (
    CorrectionAccepted,
    CorrectionAnswered,
    CorrectionOverdue,
    ReportChased,
    WatchBegan,
    WatchEnded,
)
from services.monitoring.projections import following, ledger, office, reports, rounds, watching


def apply(conn: Connection, recorded: Recorded) -> None:
    """Bring the read models up to one more event."""
    office.before(conn, recorded.event)
    rounds.apply(conn, recorded)
    match recorded.event:
        case GoalApproved() as event:
            _goal_approved(conn, event, recorded)
        case GoalAdjusted() as event:
            adjusted = (event.budget, _indicators(event.annual), recorded.day, event.adjusted_on)
            conn.execute(_ADJUST, (*adjusted, event.year, event.project))
        case EvaluationCompleted(project=str() as project) as event:
            conn.execute(
                "update project set grade = %s where year = %s and project = %s",
                (event.grade, event.year, project),
            )
        case ProgressReported() as event:
            reports.reported(conn, event, recorded)
        case ProgressVouched() | ProgressDisputed() as event:
            reports.vouched(conn, event, recorded)
        case ReportChased() as event:
            reports.chased(conn, event, recorded)
        case MonthJudged() as event:
            _month_judged(conn, event, recorded.id)
        case DeviationDetected() as event:
            _deviation_detected(conn, event, recorded)
        case SuspensionRecommended() | StopRecommended() as event:
            _recommended(conn, event, recorded)
        case ProjectSuspended() | ProjectStopped() | ProjectResumed() as event:
            _ordered(conn, event)
        case CorrectionOrdered() as event:
            _correction_ordered(conn, event)
        case CorrectionAnswered() | CorrectionAccepted() | CorrectionOverdue() as event:
            _correction_moved(conn, event)
        case PutOnWatchList() as event:
            watching.put(conn, event, recorded)
        case TakenOffWatchList() as event:
            watching.taken(conn, event, recorded)
        case WatchBegan() | WatchEnded() as event:
            watching.covered(conn, event)
        case _:
            """What units' systems sent is shown from the record itself."""
    following.apply(conn, recorded)
    ledger.apply(conn, recorded)
    office.apply(conn, recorded.event)


_APPROVE = """
insert into project (year, project, name, unit, department, currency, budget, approved_on, transfer_to, tags, indicators, changed_on,
    grade)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
    (select heard.data ->> 'grade' from record.event heard
     where heard.stream = %s and heard.version < %s and heard.type like 'jixiao.evaluation.EvaluationCompleted.%%'
     order by heard.version desc limit 1))
on conflict (year, project) do update set name = excluded.name, unit = excluded.unit, department = excluded.department,
    currency = excluded.currency, budget = excluded.budget, approved_on = excluded.approved_on, transfer_to = excluded.transfer_to,
    tags = excluded.tags, indicators = excluded.indicators, changed_on = excluded.changed_on
"""
_ADJUST = """
update project set budget = %s, indicators = %s, changed_on = %s, adjusted_on = %s where year = %s and project = %s
"""


def _goal_approved(conn: Connection, event: GoalApproved, recorded: Recorded) -> None:
    """The project's row begins here; a grade that was heard before it, on a topic of its own, is fetched from the record."""
    conn.execute(
        _APPROVE,
        (
            event.year,
            event.project,
            event.name,
            event.unit,
            event.department,
            event.currency,
            event.budget,
            event.approved_on,
            event.transfer_to,
            list(event.tags),
            _indicators(event.annual),
            recorded.day,
            recorded.stream,
            recorded.version,
        ),
    )


_JUDGEMENT = """
insert into judgement (year, project, judgement, period, as_of, closed, rules, currency, budget, paid, vouchers, digest, execution,
    attainment, time, mismatch, indicator_values, findings, recommendation, event, watched, scopes, exempted)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_CLOSE = """
update deviation d set open = false
where d.year = %(year)s and d.project = %(project)s and d.open and not d.rule = any(%(found)s)
  and (select last.period from deviation last
       where last.year = d.year and last.project = d.project and last.rule = d.rule and last.open
       order by last.version desc limit 1) <= %(period)s
"""


def _month_judged(conn: Connection, event: MonthJudged, id_: UUID) -> None:
    conn.execute(
        _JUDGEMENT,
        (
            event.year,
            event.project,
            event.judgement,
            event.period,
            event.as_of,
            event.closed,
            event.rules,
            event.currency,
            event.budget,
            event.paid,
            event.vouchers,
            event.digest,
            event.execution,
            event.attainment,
            event.time,
            event.mismatch,
            Json(event.model_dump(mode="json")["values"]),
            _findings(event.findings),
            event.recommendation,
            id_,
            event.watched,
            Json(dict(event.scopes)),
            list(event.exempted),
        ),
    )
    if event.closed:
        found = [finding.rule for finding in event.findings]
        place = {"year": event.year, "project": event.project, "period": event.period}
        conn.execute(_CLOSE, {**place, "found": found})


_DEVIATION = """
insert into deviation (year, project, deviation, rule, level, period, open, judgement, found_on, version, event, rules, applied)
values (%s, %s, %s, %s, %s, %s, true, %s, %s, %s, %s, %s, %s)
on conflict (year, project, deviation) do update set level = excluded.level, open = true, judgement = excluded.judgement,
    found_on = excluded.found_on, version = excluded.version, event = excluded.event, rules = excluded.rules, applied = excluded.applied,
    dismissed_on = null, dismissed_by = null, dismissal_reason = null, dismissal_document = null, dismissal_event = null
"""


def _deviation_detected(conn: Connection, event: DeviationDetected, recorded: Recorded) -> None:
    conn.execute(
        _DEVIATION,
        (
            event.year,
            event.project,
            event.deviation,
            event.rule,
            event.level,
            event.period,
            event.judgement,
            recorded.day,
            recorded.version,
            recorded.id,
            event.rules,
            None if event.applied is None else Json(event.applied.model_dump(mode="json")),
        ),
    )


_RECOMMENDATION = """
insert into recommendation (year, project, version, kind, period, judgement, rules, grounds, recommended_on, event)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_ANSWER = """
update recommendation set outcome = %s, outcome_on = %s where year = %s and project = %s and outcome is null
"""


def _recommended(conn: Connection, event: SuspensionRecommended | StopRecommended, recorded: Recorded) -> None:
    kind = "stop" if isinstance(event, StopRecommended) else "suspend"
    conn.execute(_ANSWER, ("graver", recorded.day, event.year, event.project))
    conn.execute(
        _RECOMMENDATION,
        (
            event.year,
            event.project,
            recorded.version,
            kind,
            event.period,
            event.judgement,
            event.rules,
            _findings(event.grounds),
            recorded.day,
            recorded.id,
        ),
    )
    conn.execute("update project set standing = %s where year = %s and project = %s", (kind, event.year, event.project))


def _ordered(conn: Connection, event: ProjectSuspended | ProjectStopped | ProjectResumed) -> None:
    status, outcome = {
        ProjectSuspended: ("suspended", "suspended"),
        ProjectStopped: ("stopped", "stopped"),
        ProjectResumed: ("active", "resumed"),
    }[type(event)]
    conn.execute(
        "update project set status = %s, status_since = %s, standing = 'none' where year = %s and project = %s",
        (status, event.ordered_on, event.year, event.project),
    )
    conn.execute(_ANSWER, (outcome, event.ordered_on, event.year, event.project))


_CORRECTION = """
insert into correction (year, project, number, deviations, measure, by_whom, until, document, reason, ordered_by, ordered_on)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_ANSWERED = """
update correction set answer = %s, evidence = %s, answered_by = %s, answered_on = %s
where year = %s and project = %s and number = %s
"""
_ACCEPTED = """
update correction set acceptance = %s, accepted_by = %s, accepted_on = %s where year = %s and project = %s and number = %s
"""
_OVERDUE = "update correction set overdue_on = %s where year = %s and project = %s and number = %s"


def _correction_ordered(conn: Connection, event: CorrectionOrdered) -> None:
    measure = event.measure
    conn.execute(
        _CORRECTION,
        (
            event.year,
            event.project,
            event.order,
            list(event.deviations),
            measure.what,
            measure.by,
            measure.until,
            measure.document,
            event.reason,
            event.ordered_by,
            event.ordered_on,
        ),
    )


def _correction_moved(conn: Connection, event: CorrectionAnswered | CorrectionAccepted | CorrectionOverdue) -> None:
    place = (event.year, event.project, event.order)
    match event:
        case CorrectionAnswered():
            told = (event.text, list(event.evidence), event.answered_by, event.answered_on)
            conn.execute(_ANSWERED, (*told, *place))
        case CorrectionAccepted():
            conn.execute(_ACCEPTED, (event.reason, event.accepted_by, event.accepted_on, *place))
        case CorrectionOverdue():
            conn.execute(_OVERDUE, (event.noticed_on, *place))


def _indicators(annual: tuple[Indicator, ...]) -> Json:
    return Json([indicator.model_dump(mode="json") for indicator in annual])


def _findings(findings: tuple[MonthFinding, ...]) -> Json:
    return Json([{"rule": finding.rule, "level": finding.level} for finding in findings])
