"""Rounds and the parts of projects in them as rows."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Json

from backbone.record.events import Connection, Recorded
from contracts.goals import AdjustmentRejected, GoalAdjusted
from services.monitoring.domain.rounds.events import (
    RoundClosed,
    RoundOpened,
    RoundPartChased,
    RoundPartDecided,
    RoundPartFilled,
    RoundPartPassed,
    RoundPartReturned,
    TakenIntoRound,
)

_OPEN = """
insert into round (round, year, kind, through, rules, policy, projects, due, document, opened_by, opened_on, opened_event)
values (%(round)s, %(year)s, %(kind)s, %(through)s, %(rules)s, %(policy)s, %(projects)s, %(due)s, %(document)s, %(opened_by)s,
    %(opened_on)s, %(event)s)
"""
_CLOSE = """
update round set closed_by = %(closed_by)s, closed_on = %(closed_on)s, closed_document = %(document)s, closed_event = %(event)s
where round = %(round)s
"""
_TAKE = """
insert into round_part (round, year, project, due, as_of, rules, policy, currency, budget, paid, vouchers, digest, execution,
    attainment, time, mismatch, indicators, indicator_values, findings, recommendation, taken_event)
values (%(round)s, %(year)s, %(project)s, %(due)s, %(as_of)s, %(rules)s, %(policy)s, %(currency)s, %(budget)s, %(paid)s, %(vouchers)s,
    %(digest)s, %(execution)s, %(attainment)s, %(time)s, %(mismatch)s, %(indicators)s, %(values)s, %(findings)s, %(recommendation)s,
    %(event)s)
"""
_FILL = """
update round_part set state = 'filled', causes = %(causes)s, expected_values = %(expected_values)s,
    expected_payments = %(expected_payments)s, cannot_run = %(cannot_run)s, remedy = %(remedy)s, filled_by = %(filled_by)s,
    filled_on = %(filled_on)s, filled_event = %(event)s
where round = %(round)s and project = %(project)s
"""
_RETURN = """
update round_part set state = 'returned', returns = returns + 1, returned_on = %(returned_on)s, return_reason = %(reason)s,
    due = %(due)s, chase_next = null
where round = %(round)s and project = %(project)s
"""
_PASS = """
update round_part set state = 'passed', proposal = %(proposal)s, severity = %(severity)s, grounds = %(grounds)s,
    proposed_budget = %(budget)s, expected_execution = %(expected_execution)s, expected_attainment = %(expected_attainment)s,
    note = %(note)s, passed_by = %(passed_by)s, passed_on = %(passed_on)s, passed_event = %(event)s
where round = %(round)s and project = %(project)s
"""
_CHASE = """
update round_part set chases = %(chase)s, chased_on = %(chased_on)s, chase_next = %(next)s
where round = %(round)s and project = %(project)s
"""
_DECIDE = """
update round_part set state = 'decided', decision = %(decision)s, confirmed = %(confirmed)s, decided_budget = %(budget)s,
    reason = %(reason)s, measure = %(measure)s, decided_by = %(decided_by)s, decided_on = %(decided_on)s, decided_event = %(event)s
where round = %(round)s and project = %(project)s
"""
_ADJUST = """
update round_part set adjusted_budget = %(budget)s, adjusted_on = %(adjusted_on)s, adjusted_event = %(event)s
where (round, project) in (
    select round, project from round_part
    where year = %(year)s and project = %(project)s and decision = 'cut' and adjusted_on is null order by round desc limit 1
)
"""
_REJECT = """
update round_part set state = 'passed', rejected_budget = decided_budget, rejected_by = %(rejected_by)s, rejected_on = %(rejected_on)s,
    rejection_reason = %(reason)s, rejected_event = %(event)s, decision = null, confirmed = null, decided_budget = null, reason = null,
    measure = null, decided_by = null, decided_on = null, decided_event = null
where round = %(round)s and year = %(year)s and project = %(project)s and decision = 'cut'
"""
_JSON = ("indicators", "values", "findings", "causes", "expected_values", "grounds", "measure")
_STATEMENTS = {
    RoundOpened: _OPEN,
    RoundClosed: _CLOSE,
    TakenIntoRound: _TAKE,
    RoundPartFilled: _FILL,
    RoundPartReturned: _RETURN,
    RoundPartPassed: _PASS,
    RoundPartChased: _CHASE,
    RoundPartDecided: _DECIDE,
    AdjustmentRejected: _REJECT,
}


def apply(conn: Connection, recorded: Recorded) -> None:
    """Bring the rows of rounds up to one more event; a mid-term adjustment heard from goals is the outcome of a cut, the
    rejection of a cut opens its part again."""
    event = recorded.event
    if isinstance(event, GoalAdjusted) and event.cause == "mid_term":
        conn.execute(_ADJUST, {**dict(event), "annual": None, "event": recorded.id})
    statement = _STATEMENTS.get(type(event))  # type: ignore[call-overload]
    if statement is not None:
        conn.execute(statement, {**_plain(event.model_dump(mode="json")), "event": recorded.id})


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {name: Json(part) if name in _JSON and part is not None else part for name, part in data.items()}
