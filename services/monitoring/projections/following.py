"""What follows a deviation becomes rows: explained, dismissed or open again; every order with its clock, and how it went on and ended."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.types.json import Json

from backbone.record.events import Connection, Recorded
from contracts.event import Event, OfProject
from contracts.goals import GoalAdjusted
from contracts.monitoring import (
    AdjustmentUrged,
    CorrectionOrdered,
    Measure,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
)
from services.monitoring.domain.events import (
    CorrectionAccepted,
    CorrectionEscalated,
    CorrectionOverdue,
    CorrectionReturned,
    CorrectionWithdrawn,
    DeadlinePassed,
    DeviationDismissed,
    DeviationExplained,
    DeviationReopened,
)

_DISMISS = """
update deviation set dismissed_on = %s, dismissed_by = %s, dismissal_reason = %s, dismissal_document = %s, dismissal_event = %s
where year = %s and project = %s and deviation = %s
"""
_SET_ASIDE = """
update recommendation set outcome = 'dismissed', outcome_on = %s where year = %s and project = %s and outcome is null
"""
_EXPLAIN = """
update deviation set explanation = %s, explanation_evidence = %s, explained_by = %s, explained_on = %s, explanation_event = %s
where year = %s and project = %s and deviation = %s
"""
_CONSEQUENCE = """
insert into consequence (year, project, version, kind, number, cause, measures, reason, ordered_by, ordered_on, until, event)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_END = """
update consequence set outcome = %s, outcome_on = %s
where year = %s and project = %s and kind = any(%s) and outcome is null and (%s::int is null or number = %s)
"""
_RETURN = """
update correction set refusals = %s, returned_on = %s, returned_by = %s, return_reason = %s, until = %s, document = %s,
    answer = null, evidence = null, answered_by = null, answered_on = null, overdue_on = null
where year = %s and project = %s and number = %s
"""
_NEW_DAY = """
update consequence set until = %s, measures = %s, passed_on = null
where year = %s and project = %s and kind = 'correction' and number = %s
"""
_ESCALATE = """
update correction set escalated_on = %s, escalated_to = %s, escalation = %s where year = %s and project = %s and number = %s
"""
_WITHDRAW = """
update correction set withdrawn_on = %s, withdrawn_by = %s, withdrawal_reason = %s where year = %s and project = %s and number = %s
"""
_LATE = """
update consequence set passed_on = %s where year = %s and project = %s and kind = 'correction' and number = %s
"""
_PASSED = """
update consequence set passed_on = %s
where year = %s and project = %s and kind = %s and outcome is null and passed_on is null and until <= %s
"""


_KINDS: dict[type[Event], str] = {
    CorrectionOrdered: "correction",
    AdjustmentUrged: "urging",
    ProjectSuspended: "suspension",
    ProjectStopped: "stop",
}


def apply(conn: Connection, recorded: Recorded) -> None:
    """What an event changes of what follows; most change nothing."""
    match recorded.event:
        case DeviationReopened() as event:
            conn.execute("update deviation set open = true where (year, project, deviation) = (%s, %s, %s)",
                         (event.year, event.project, event.deviation))  # fmt: skip
        case DeviationExplained() as event:
            said = (event.text, list(event.evidence), event.explained_by, event.explained_on, recorded.id)
            conn.execute(_EXPLAIN, (*said, event.year, event.project, event.deviation))
        case DeviationDismissed() as event:
            _dismissed(conn, event, recorded)
        case CorrectionReturned() | CorrectionEscalated() | CorrectionOverdue() as event:
            _correction_moved(conn, event)
        case CorrectionAccepted() | CorrectionWithdrawn() as event:
            _correction_ended(conn, event)
        case DeadlinePassed() as event:
            conn.execute(_PASSED, (event.noticed_on, event.year, event.project, event.of, event.until))
        case GoalAdjusted() as event:
            _ended(conn, event, "adjusted", recorded, ("urging",))
        case _:
            _ordered(conn, recorded)


def _ordered(conn: Connection, recorded: Recorded) -> None:
    match recorded.event:
        case CorrectionOrdered() as event:
            _begun(conn, recorded, event, (event.measure,), number=event.order)
        case AdjustmentUrged() as event:
            measure = Measure(what=event.reason, by=_unit(conn, event), until=event.until, document=event.document)
            _begun(conn, recorded, event, (measure,))
        case ProjectSuspended() as event:
            _begun(conn, recorded, event, event.measures)
        case ProjectStopped() as event:
            _ended(conn, event, "stopped", recorded, ("correction", "urging", "suspension"))
            _begun(conn, recorded, event, event.measures)
        case ProjectResumed() as event:
            _ended(conn, event, "resumed", recorded, ("suspension",))
        case _:
            """Nothing follows from it."""


def _dismissed(conn: Connection, event: DeviationDismissed, recorded: Recorded) -> None:
    said = (event.dismissed_on, event.dismissed_by, event.reason, event.document, recorded.id)
    conn.execute(_DISMISS, (*said, event.year, event.project, event.deviation))
    if event.sets_aside != "none":
        conn.execute(_SET_ASIDE, (event.dismissed_on, event.year, event.project))
        conn.execute(
            "update project set standing = 'none' where year = %s and project = %s", (event.year, event.project)
        )


def _begun(
    conn: Connection,
    recorded: Recorded,
    event: CorrectionOrdered | AdjustmentUrged | ProjectSuspended | ProjectStopped,
    measures: Sequence[Measure],
    number: int | None = None,
) -> None:
    urged = isinstance(event, AdjustmentUrged)
    conn.execute(
        _CONSEQUENCE,
        (
            event.year,
            event.project,
            recorded.version,
            _KINDS[type(event)],
            number,
            event.cause if urged else None,
            _plain(measures),
            event.reason,
            event.urged_by if urged else event.ordered_by,
            event.urged_on if urged else event.ordered_on,
            max((each.until for each in measures if each.until), default=None),
            recorded.id,
        ),
    )


def _correction_moved(conn: Connection, event: CorrectionReturned | CorrectionEscalated | CorrectionOverdue) -> None:
    place = (event.year, event.project, event.order)
    match event:
        case CorrectionReturned():
            measure = event.measure
            said = (event.refusal, event.returned_on, event.returned_by, event.reason, measure.until, measure.document)
            conn.execute(_RETURN, (*said, *place))
            conn.execute(_NEW_DAY, (measure.until, _plain((measure,)), *place))
        case CorrectionEscalated():
            conn.execute(_ESCALATE, (event.escalated_on, event.to, event.cause, *place))
        case CorrectionOverdue():
            conn.execute(_LATE, (event.noticed_on, *place))


def _correction_ended(conn: Connection, event: CorrectionAccepted | CorrectionWithdrawn) -> None:
    place = (event.year, event.project, event.order)
    if isinstance(event, CorrectionWithdrawn):
        conn.execute(_WITHDRAW, (event.withdrawn_on, event.withdrawn_by, event.reason, *place))
        ended = ("withdrawn", event.withdrawn_on)
    else:
        ended = ("accepted", event.accepted_on)
    conn.execute(_END, (*ended, event.year, event.project, ["correction"], event.order, event.order))


def _ended(conn: Connection, event: Event, outcome: str, recorded: Recorded, kinds: Sequence[str]) -> None:
    assert isinstance(event, OfProject)
    conn.execute(_END, (outcome, recorded.day, event.year, event.project, list(kinds), None, None))


def _unit(conn: Connection, event: AdjustmentUrged) -> str:
    """Who is urged: the unit whose project it is; the project itself where no goal of it was heard."""
    row = conn.execute(
        "select unit from project where year = %s and project = %s", (event.year, event.project)
    ).fetchone()
    return row[0] if row else event.project


def _plain(measures: Sequence[Measure]) -> Json:
    return Json([each.model_dump(mode="json") for each in measures])
