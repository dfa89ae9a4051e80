"""Applies each recorded event to the read models; a rebuild applies the whole record by the same functions."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Json

from backbone.record.events import Connection, Recorded
from contracts.evaluation import EvaluationCompleted
from contracts.event import Value
from contracts.goals import (
    AdjustmentRejected,
    FundsReallocated,
    GoalAdjusted,
    GoalApproved,
    GoalRefused,
    GoalReturned,
    GoalSubmitted,
    ReallocationRejected,
)
from contracts.monitoring import (
    AdjustmentUrged,
    BudgetChangeProposed,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
)
from contracts.publishing import ResultPublished
from services.goals.domain.adjustment import AdjustmentApplied
from services.goals.domain.declaration import GoalPassed
from services.goals.domain.reallocation import ReallocationProposed


def apply(conn: Connection, recorded: Recorded) -> None:
    """What `recorded` changes in schema `read`."""
    match recorded.event:
        case GoalSubmitted() as submitted:
            _declared(conn, recorded, submitted)
        case GoalPassed(passed_by=by) as passed:
            _reviewed(conn, recorded, passed, "passed", "pass", by)
        case GoalReturned(returned_by=by) as returned:
            _reviewed(conn, recorded, returned, "returned", "return", by)
        case GoalRefused(refused_by=by) as refused:
            _reviewed(conn, recorded, refused, "refused", "refuse", by)
        case GoalApproved() as approved:
            _approved(conn, recorded, approved)
        case AdjustmentApplied() as applied:
            _applied_for(conn, recorded, applied)
        case GoalAdjusted() as adjusted:
            _adjusted(conn, recorded, adjusted)
        case AdjustmentRejected(rejected_by=by) as rejected:
            _decided(conn, recorded, rejected, "rejected", rejected.reason, by)
        case ReallocationProposed() as proposed:
            row = {**_plain(proposed), "day": recorded.day, "event": recorded.id}
            conn.execute(_PROPOSE, row)
        case FundsReallocated() as given:
            _reallocated(conn, recorded, given, "approved", given.document, given.decided_by)
        case ReallocationRejected(rejected_by=by) as rejected:
            _reallocated(conn, recorded, rejected, "rejected", rejected.reason, by)
        case _:
            _heard(conn, recorded)


_PROPOSE = """
insert into reallocation (year, project, reallocation, receiver, amount, currency, reason, proposed_by, proposed_on, event)
values (%(year)s, %(project)s, %(reallocation)s, %(to)s, %(amount)s, %(currency)s, %(reason)s, %(proposed_by)s, %(day)s, %(event)s)
"""
_RECEIVED = """
update reallocation set adjusted_on = %(day)s
where year = %(year)s and receiver = %(project)s and decision = 'approved' and adjusted_on is null
  and (select sum(amount) from reallocation
       where year = %(year)s and receiver = %(project)s and decision = 'approved' and adjusted_on is null) <= %(raised)s
"""


def _reallocated(
    conn: Connection,
    recorded: Recorded,
    event: FundsReallocated | ReallocationRejected,
    decision: str,
    ground: str,
    by: str,
) -> None:
    conn.execute(
        "update reallocation set (decision, ground, decided_by, decided_on) = (%s, %s, %s, %s)"
        " where year = %s and project = %s and reallocation = %s",
        (decision, ground, by, recorded.day, event.year, event.project, event.reallocation),
    )


def _declared(conn: Connection, recorded: Recorded, submitted: GoalSubmitted) -> None:
    """The row of the project is what was declared last; what is in force stays until an approval."""
    declared = _plain(submitted)
    row = {**declared, "day": recorded.day, "annual": Json(declared["annual"])}
    conn.execute(
        "insert into project (year, project, name, unit, department, kind, years, currency, tags, transfer_to, scheme,"
        " status, status_since, submission, declared_budget, annual)"
        " values (%(year)s, %(project)s, %(name)s, %(unit)s, %(department)s, %(kind)s, %(years)s, %(currency)s, %(tags)s,"
        " %(transfer_to)s, %(scheme)s, 'submitted', %(day)s, %(submission)s, %(budget)s, %(annual)s)"
        " on conflict (year, project) do update set (name, department, kind, years, currency, tags, transfer_to, scheme, status,"
        " status_since, submission, declared_budget, annual) = (excluded.name, excluded.department, excluded.kind, excluded.years,"
        " excluded.currency, excluded.tags, excluded.transfer_to, excluded.scheme, excluded.status, excluded.status_since,"
        " excluded.submission, excluded.declared_budget, excluded.annual)",
        row,
    )
    conn.execute(
        "insert into submission (year, project, submission, submitted_by, submitted_on, content)"
        " values (%(year)s, %(project)s, %(submission)s, %(submitted_by)s, %(day)s, %(content)s)",
        {**row, "content": Json(declared)},
    )


def _reviewed(
    conn: Connection,
    recorded: Recorded,
    review: GoalPassed | GoalReturned | GoalRefused,
    status: str,
    decision: str,
    by: str,
) -> None:
    """One more round of review, and where the declaration lies after it."""
    conn.execute(
        "insert into review (year, project, round, submission, decision, rules, findings, reason, decided_by, decided_on)"
        " values (%(year)s, %(project)s, %(round)s, %(submission)s, %(decision)s, %(rules)s, %(findings)s, %(reason)s, %(by)s,"
        " %(day)s)",
        {
            **_plain(review),
            "round": recorded.version,
            "decision": decision,
            "findings": Json(_plain(review)["findings"]),
            "by": by,
            "day": recorded.day,
        },
    )
    conn.execute(
        "update project set status = %s, status_since = %s where year = %s and project = %s",
        (status, recorded.day, review.year, review.project),
    )


def _approved(conn: Connection, recorded: Recorded, approved: GoalApproved) -> None:
    conn.execute(
        "update project set status = 'approved', status_since = %(day)s, budget = %(budget)s, annual = %(annual)s,"
        " document = %(document)s, approved_on = %(approved_on)s where year = %(year)s and project = %(project)s",
        {**_plain(approved), "annual": Json(_plain(approved)["annual"]), "day": recorded.day},
    )


def _applied_for(conn: Connection, recorded: Recorded, applied: AdjustmentApplied) -> None:
    plain = _plain(applied)
    row = {
        **plain,
        "budget": applied.asked.budget,
        "annual": Json(plain["asked"]["annual"]),
        "findings": Json(plain["findings"]),
        "day": recorded.day,
    }
    conn.execute(
        "insert into adjustment (year, project, adjustment, cause, round, reason, previous_budget, budget, annual, rules, findings,"
        " applied_by, applied_on) values (%(year)s, %(project)s, %(adjustment)s, %(cause)s, %(round)s, %(reason)s,"
        " (select budget from project where year = %(year)s and project = %(project)s), %(budget)s, %(annual)s, %(rules)s,"
        " %(findings)s, %(applied_by)s, %(day)s)",
        row,
    )
    conn.execute(
        "update project set pending_adjustment = %(adjustment)s,"
        " proposed = case when proposed ->> 'round' = %(round)s then null else proposed end"
        " where year = %(year)s and project = %(project)s",
        row,
    )


def _adjusted(conn: Connection, recorded: Recorded, adjusted: GoalAdjusted) -> None:
    conn.execute(
        "update project set budget = %(budget)s, annual = %(annual)s, urged = null"
        " where year = %(year)s and project = %(project)s",
        {**_plain(adjusted), "annual": Json(_plain(adjusted)["annual"])},
    )
    raised = adjusted.budget - adjusted.previous_budget
    place = {"year": adjusted.year, "project": adjusted.project}
    conn.execute(_RECEIVED, {**place, "raised": raised, "day": recorded.day})
    _decided(conn, recorded, adjusted, "approved", adjusted.document, adjusted.adjusted_by)


def _decided(
    conn: Connection, recorded: Recorded, event: GoalAdjusted | AdjustmentRejected, decision: str, ground: str, by: str
) -> None:
    conn.execute(
        "update adjustment set (decision, ground, decided_by, decided_on) = (%s, %s, %s, %s)"
        " where year = %s and project = %s and adjustment = %s",
        (decision, ground, by, recorded.day, event.year, event.project, event.adjustment),
    )
    conn.execute(
        "update project set pending_adjustment = null where year = %s and project = %s",
        (event.year, event.project),
    )


def _heard(conn: Connection, recorded: Recorded) -> None:
    """What others announced. An order after a stop changes nothing any more, as in `domain/standing.py`."""
    match recorded.event:
        case ProjectStopped() as stopped:
            conn.execute(
                "update project set execution = 'stopped', execution_since = %(ordered_on)s, freed = %(freed)s"
                " where year = %(year)s and project = %(project)s",
                dict(stopped),
            )
        case ProjectSuspended() | ProjectResumed() as order:
            conn.execute(
                "update project set execution = %(execution)s, execution_since = %(ordered_on)s"
                " where year = %(year)s and project = %(project)s and execution <> 'stopped'",
                {**dict(order), "execution": "suspended" if isinstance(order, ProjectSuspended) else "active"},
            )
        case AdjustmentUrged() as urged:
            conn.execute(
                "update project set urged = %s where year = %s and project = %s",
                (Json(_plain(urged)), urged.year, urged.project),
            )
        case BudgetChangeProposed() as proposed:
            conn.execute(
                "update project set proposed = %s where year = %s and project = %s",
                (Json(_plain(proposed)), proposed.year, proposed.project),
            )
        case EvaluationCompleted(subject_kind="project") as graded:
            conn.execute(
                "update project set (grade, total, consequence, scheme_used, evaluated_on) ="
                " (%(grade)s, %(total)s, %(consequence)s, %(scheme)s, %(evaluated_on)s)"
                " where year = %(year)s and project = %(project)s",
                dict(graded),
            )
        case ResultPublished() as published:
            conn.execute(
                "update project set page = %s where year = %s and project = %s",
                (published.page, published.year, published.project),
            )
        case _:
            pass


def _plain(value: Value) -> dict[str, Any]:
    return value.model_dump(mode="json")
