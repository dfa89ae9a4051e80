"""Applies each recorded event to the read models; a rebuild applies the whole record by the same functions.

What others say of a project may come before its goals are heard (they travel on other topics): every project's row is made by
whatever comes first, and shown once it has a name.
"""

from __future__ import annotations

from psycopg.types.json import Jsonb

from backbone.record.events import Connection, Recorded
from contracts.evaluation import EvaluationCompleted
from contracts.event import Value
from contracts.goals import GoalAdjusted, GoalApproved
from contracts.monitoring import MonthJudged, ProgressReported, ProjectResumed, ProjectStopped, ProjectSuspended
from services.evaluation.domain.assessment import AdvancedPlacesDecided, AssessmentOpened, MidTermAssessed
from services.evaluation.domain.project import DECEMBER, ProjectScored
from services.evaluation.domain.unit_events import OF_UNIT, UnitEntered


def apply(conn: Connection, recorded: Recorded) -> None:
    """What `recorded` changes in schema `read`."""
    match recorded.event:
        case EvaluationCompleted(subject_kind="project") as completed:
            _project_evaluated(conn, recorded, completed)
        case EvaluationCompleted() as completed:
            _unit_evaluated(conn, recorded, completed)
        case ProjectScored() as scored:
            _project_scored(conn, scored)
        case AssessmentOpened() as opened:
            _opened(conn, recorded, opened)
        case AdvancedPlacesDecided(year=year, places=places):
            conn.execute("update assessment set places = places || %s::jsonb where year = %s", (Jsonb(places), year))
        case MidTermAssessed() as assessed:
            _assessed_mid_term(conn, recorded, assessed)
        case UnitEntered():
            pass  # the opening has made its row
        case event if isinstance(event, OF_UNIT):
            conn.execute(
                "update unit set changed = true where year = %s and unit = %s and total is not null",
                (getattr(event, "year", None), getattr(event, "unit", None)),
            )
        case _:
            _heard(conn, recorded)


# Projects --------------------------------------------------------------------------------------------------------------------


def _heard(conn: Connection, recorded: Recorded) -> None:
    """What others announced of a project."""
    match recorded.event:
        case GoalApproved() as approved:
            _row(conn, approved.year, approved.project)
            conn.execute(
                "update project set name = %(name)s, unit = %(unit)s, department = %(department)s, scheme = %(scheme)s,"
                " currency = %(currency)s, budget = %(budget)s where year = %(year)s and project = %(project)s",
                _plain(approved),
            )
        case GoalAdjusted(year=year, project=project, budget=budget):
            _row(conn, year, project)
            conn.execute("update project set budget = %s where year = %s and project = %s", (budget, year, project))
        case ProgressReported(year=year, project=project, period=period):
            _row(conn, year, project)
            conn.execute(
                "update project set reported_until = greatest(reported_until, %s) where year = %s and project = %s",
                (period, year, project),
            )
        case MonthJudged(closed=True) as judged if judged.period == f"{judged.year}-{DECEMBER}":
            _row(conn, judged.year, judged.project)
            conn.execute(
                "update project set paid = %(paid)s, vouchers = %(vouchers)s where year = %(year)s and project = %(project)s",
                _plain(judged),
            )
        case ProjectSuspended() | ProjectStopped() | ProjectResumed() as order:
            _row(conn, order.year, order.project)
            stands = {ProjectSuspended: "suspended", ProjectStopped: "stopped", ProjectResumed: "active"}[type(order)]
            conn.execute(
                "update project set execution = %s where year = %s and project = %s",
                (stands, order.year, order.project),
            )
        case _:
            pass  # a month that is not the year's last full judgement


def _row(conn: Connection, year: int, project: str) -> None:
    conn.execute("insert into project (year, project) values (%s, %s) on conflict do nothing", (year, project))


def _project_scored(conn: Connection, scored: ProjectScored) -> None:
    plain = _plain(scored)
    conn.execute(
        "insert into evaluation (year, project, evaluation, scheme, indicators)"
        " values (%(year)s, %(project)s, %(evaluation)s, %(scheme)s, %(indicators)s)",
        {**plain, "indicators": Jsonb(plain["indicators"])},
    )


def _project_evaluated(conn: Connection, recorded: Recorded, completed: EvaluationCompleted) -> None:
    row = _result(recorded, completed)
    conn.execute(
        "update evaluation set id = %(id)s, budget = %(budget)s, paid = %(paid)s, vouchers = %(vouchers)s, parts = %(parts)s,"
        " total = %(total)s, grade = %(grade)s, consequence = %(consequence)s, rests_on = %(rests_on)s,"
        " evaluated_by = %(evaluated_by)s, evaluated_on = %(evaluated_on)s"
        " where year = %(year)s and project = %(project)s and evaluation = %(evaluation)s",
        row,
    )
    conn.execute("update project set evaluation = %(evaluation)s where year = %(year)s and project = %(project)s", row)


# Units -----------------------------------------------------------------------------------------------------------------------


def _opened(conn: Connection, recorded: Recorded, opened: AssessmentOpened) -> None:
    conn.execute(
        "insert into assessment (year, scheme, opened_on) values (%s, %s, %s)",
        (opened.year, opened.scheme, recorded.day),
    )
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into unit (year, unit, place, name, unit_class) values (%s, %s, %s, %s, %s)",
            [(opened.year, unit.id, place, unit.name, unit.unit_class) for place, unit in enumerate(opened.units, 1)],
        )


def _assessed_mid_term(conn: Connection, recorded: Recorded, assessed: MidTermAssessed) -> None:
    conn.execute("update assessment set mid_term_on = %s where year = %s", (recorded.day, assessed.year))
    with conn.cursor() as cursor:
        cursor.executemany(
            "update unit set mid_term = %s where year = %s and unit = %s",
            [(Jsonb(points.model_dump(mode="json")), assessed.year, points.unit) for points in assessed.points],
        )


def _unit_evaluated(conn: Connection, recorded: Recorded, completed: EvaluationCompleted) -> None:
    row = _result(recorded, completed)
    conn.execute(
        "update unit set evaluation = %(evaluation)s, id = %(id)s, parts = %(parts)s, total = %(total)s, grade = %(grade)s,"
        " rank = %(rank)s, consequence = %(consequence)s, rests_on = %(rests_on)s, evaluated_by = %(evaluated_by)s,"
        " evaluated_on = %(evaluated_on)s, changed = false where year = %(year)s and unit = %(unit)s",
        row,
    )
    conn.execute("update assessment set completed_on = %(evaluated_on)s where year = %(year)s", row)


def _result(recorded: Recorded, completed: EvaluationCompleted) -> dict[str, object]:
    plain = _plain(completed)
    return {**plain, "id": recorded.id, "parts": Jsonb(plain["parts"])}


def _plain(event: Value) -> dict[str, object]:
    return event.model_dump(mode="json")
