"""Events become what the pages read. A publication is the document that was written down at its approval, with the figures of the
project's own stream up to it."""

from __future__ import annotations

from functools import reduce
from typing import Any
from uuid import UUID

from psycopg.types.json import Json

from backbone.record.events import COLUMNS, Connection, Recorded, record_of
from contracts import search
from contracts.evaluation import EvaluationCompleted
from contracts.goals import GoalAdjusted, GoalApproved
from contracts.monitoring import MonthJudged, ProgressReported
from contracts.publishing import ResultApproved, ResultPublished
from services.publishing.domain import EVENTS
from services.publishing.domain.document import PublicationWritten, composed_again, digest
from services.publishing.domain.result import INITIAL, Result, evolve, is_public

_GOAL = """
insert into result (year, project, name, unit, currency, budget)
values (%(year)s, %(project)s, %(name)s, %(unit)s, %(currency)s, %(budget)s)
on conflict (year, project) do update set name = excluded.name, unit = excluded.unit, currency = excluded.currency,
  budget = excluded.budget
"""
_HELD = """
insert into result (year, project, unit, paid, total, grade, number, evaluation, evaluated_on)
values (%(year)s, %(project)s, %(unit)s, %(paid)s, %(total)s, %(grade)s, %(evaluation)s, %(id)s, %(evaluated_on)s)
on conflict (year, project) do update set paid = excluded.paid, total = excluded.total, grade = excluded.grade, number = excluded.number,
  evaluation = excluded.evaluation, evaluated_on = excluded.evaluated_on
"""
_PUBLICATION = """
insert into publication (year, project, number, latest, event, stream, version, evaluation, name, unit, department, transfer_to, tags,
  status, currency, budget, paid, vouchers, execution, attainment, total, grade, approved, published_on, digest, document, haystack, terms)
values (%(year)s, %(project)s, %(number)s, true, %(event)s, %(stream)s, %(version)s, %(evaluation)s, %(name)s, %(unit)s,
  %(department)s, %(transfer_to)s, %(tags)s, %(status)s, %(currency)s, %(budget)s,
  %(paid)s, %(vouchers)s, %(execution)s, %(attainment)s, %(total)s,
  %(grade)s, %(approved)s, %(published_on)s, %(digest)s, %(document)s, %(haystack)s, %(terms)s)
"""
_MONTH = """
insert into month (year, project, number, period, event, report, closed, paid, paid_in_month, vouchers, digest, execution, attainment,
  time, mismatch, findings)
values (%(year)s, %(project)s, %(number)s, %(period)s, %(event)s, %(report)s, %(closed)s, %(paid)s, %(paid_in_month)s, %(vouchers)s,
  %(digest)s, %(execution)s, %(attainment)s, %(time)s, %(mismatch)s, %(findings)s)
"""


def apply(conn: Connection, recorded: Recorded) -> None:
    """Apply one event to the read models."""
    match recorded.event:
        case GoalApproved() as goal:
            conn.execute(_GOAL, goal.model_dump(include={"year", "project", "name", "unit", "currency", "budget"}))
        case GoalAdjusted(project=project, year=year, budget=budget):
            conn.execute("update result set budget = %s where year = %s and project = %s", (budget, year, project))
        case EvaluationCompleted() as evaluated if is_public(evaluated):
            conn.execute(_HELD, {**evaluated.model_dump(), "id": recorded.id})
        case ResultPublished() as published:
            _publish(conn, recorded, published)
        case _:
            pass


def _publish(conn: Connection, recorded: Recorded, event: ResultPublished) -> None:
    past = _stream(conn, recorded.stream, recorded.version)
    result = reduce(evolve, [each.event for each in past], INITIAL)
    number = sum(isinstance(each.event, ResultPublished) for each in past)
    approved = next(each for each in reversed(past) if isinstance(each.event, ResultApproved))
    conn.execute(
        "update publication set latest = false where year = %s and project = %s and latest", (event.year, event.project)
    )
    conn.execute(
        _PUBLICATION,
        {
            **_figures(event, result),
            "document": _document(event, past, result),
            "number": number,
            "event": recorded.id,
            "stream": recorded.stream,
            "version": recorded.version,
            "approved": approved.id,
        },
    )
    with conn.cursor() as cursor:
        cursor.executemany(_MONTH, _months(event, number, past, result))
    conn.execute(
        "update result set published = %s where year = %s and project = %s",
        (event.evaluation, event.year, event.project),
    )


def _stream(conn: Connection, stream: str, version: int) -> list[Recorded]:
    """The project's events up to a version, from the record."""
    rows = conn.execute(
        f"select {COLUMNS} from record.event where stream = %s and version <= %s order by version",  # noqa: S608
        (stream, version),
    )
    return [_RECORD.read(row) for row in rows]


def _figures(event: ResultPublished, result: Result) -> dict[str, Any]:
    """A publication's row. What was paid, execution and attainment are those of the last month that was judged."""
    goal, held = result.goal, result.held
    assert goal is not None and held is not None, "nothing is published without a goal and a score"
    last = result.months[max(result.months)] if result.months else None
    text = " ".join((goal.name, event.project, goal.unit, goal.department, *goal.tags))
    return {
        "year": event.year,
        "project": event.project,
        "evaluation": UUID(event.evaluation),
        "name": goal.name,
        "unit": goal.unit,
        "department": goal.department,
        "transfer_to": goal.transfer_to,
        "tags": list(goal.tags),
        "status": result.status,
        "currency": goal.currency,
        "budget": result.budget,
        "paid": last.paid if last else held.paid or 0,
        "vouchers": last.vouchers if last else held.vouchers or 0,
        "execution": last.execution if last else None,
        "attainment": last.attainment if last else None,
        "total": held.total,
        "grade": held.grade,
        "published_on": event.published_on,
        "digest": event.digest,
        "haystack": search.normal(text),
        "terms": list(search.terms(text)),
    }


def _document(event: ResultPublished, past: list[Recorded], result: Result) -> str:
    """The published text: as it was written down, or composed again where that was not done yet."""
    texts = (
        each.event.text
        for each in reversed(past)
        if isinstance(each.event, PublicationWritten) and each.event.evaluation == event.evaluation
    )
    text = next(texts, None) or composed_again(event, result)
    assert digest(text.encode()) == event.digest, (
        f"{event.project}/{event.year}: the record says another document than was approved"
    )
    return text


def _months(event: ResultPublished, number: int, past: list[Recorded], result: Result) -> list[dict[str, Any]]:
    """The latest judgement of each period with the events behind it; what was paid in the month is the rise since the one before."""
    judged: dict[str, UUID] = {}
    reported: dict[str, UUID] = {}
    for each in past:
        match each.event:
            case MonthJudged(period=period):
                judged[period] = each.id
            case ProgressReported(period=period):
                reported[period] = each.id
            case _:
                pass
    rows: list[dict[str, Any]] = []
    before = 0
    for period in sorted(result.months):
        month = result.months[period]
        rows.append(
            {
                **month.model_dump(exclude={"findings", "values"}),
                "project": event.project,
                "year": event.year,
                "number": number,
                "event": judged[period],
                "report": reported.get(period),
                "paid_in_month": month.paid - before,
                "findings": Json([finding.model_dump(mode="json") for finding in month.findings]),
            }
        )
        before = month.paid
    return rows


_RECORD = record_of("publishing", EVENTS, apply)
