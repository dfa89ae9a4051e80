"""The year's assessment of units: opening, places, mid-term, completion, ties; and its results for those they are circulated to."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from psycopg import Connection

from backbone.web.asking import Ask
from backbone.web.problems import Refused
from contracts.decision import NotPermitted
from services.evaluation import handlers, views
from services.evaluation.api.bodies import (
    DecisionBody,
    FiscalYear,
    NothingBody,
    OpeningBody,
    PlacesBody,
    UnitCode,
    asked,
)
from services.evaluation.api.shapes import explained, shaped, unit_row
from services.evaluation.domain.explanation import explain
from services.evaluation.domain.refusals import AssessmentNotOpen, UnitNotAssessed

router = APIRouter(prefix="/api/assessments/{year}", tags=["assessments"])


@router.post("/opening")
def open_year(ask: Ask, year: FiscalYear, body: OpeningBody) -> Response:
    """The performance office opens the year with its units."""
    units = tuple(unit.unit() for unit in body.units)
    return ask.command("open-assessment", asked(body, year=year), lambda tx: handlers.open_assessment(tx, year, units))


@router.post("/advanced-places")
def places(ask: Ask, year: FiscalYear, body: PlacesBody) -> Response:
    """The numbers of advanced places that were decided, by class."""
    return ask.command(
        "decide-places", asked(body, year=year), lambda tx: handlers.decide_places(tx, year, body.places())
    )


@router.post("/mid-term")
def mid_term(ask: Ask, year: FiscalYear, body: NothingBody | None = None) -> Response:
    """Where every unit stands in July."""
    return ask.command("assess-mid-term", asked(body, year=year), lambda tx: handlers.assess_mid_term(tx, year))


@router.post("/completion")
def complete(ask: Ask, year: FiscalYear, body: NothingBody | None = None) -> Response:
    """A result for every unit, or a refusal that names every gap."""
    return ask.command("complete-assessment", asked(body, year=year), lambda tx: handlers.complete_assessment(tx, year))


@router.post("/decisions")
def decide(ask: Ask, year: FiscalYear, body: DecisionBody) -> Response:
    """A leader decides a unit that waits among equals."""
    return ask.command(
        "decide-tie",
        asked(body, year=year),
        lambda tx: handlers.decide_tie(tx, year, body.unit, body.advanced, body.reason),
    )


@router.get("")
def assessment(ask: Ask, year: FiscalYear) -> dict[str, Any]:
    """The year with the results of every unit that the reader may see: a unit sees its own row alone."""
    actor = ask.actor

    def found(conn: Connection[Any]) -> dict[str, Any] | None:
        row = views.assessment(conn, year)
        if row is None:
            return None
        reach = views.sees(actor, handlers.scheme_of(row["scheme"]))
        if isinstance(reach, NotPermitted):
            raise Refused(reach)
        units = views.units(conn, year, None if reach == "all" else actor.org)
        return {**shaped(row), "units": [unit_row(unit) for unit in units]}

    answer = ask.read(found)
    if answer is None:
        raise Refused(AssessmentNotOpen(year))
    return answer


@router.get("/units/{unit}")
def unit(ask: Ask, year: FiscalYear, unit: UnitCode) -> dict[str, Any]:
    """A unit's result with every part of it explained, for those it is circulated to."""
    actor = ask.actor

    def found(conn: Connection[Any]) -> dict[str, Any] | None:
        row = views.assessment(conn, year)
        if row is None:
            return None
        scheme = handlers.scheme_of(row["scheme"])
        reach = views.sees(actor, scheme)
        if isinstance(reach, NotPermitted):
            raise Refused(reach)
        if reach == "own" and actor.org != unit:
            raise Refused(NotPermitted(role=actor.role, org=actor.org, action="read-assessment", place=unit))
        rows = views.units(conn, year, unit)
        if not rows:
            raise Refused(UnitNotAssessed(unit, year))
        explanation = explain(views.unit_states(conn, year, [unit])[unit], scheme)
        return {**unit_row(rows[0]), "year": year, "explanation": explained(explanation, names=reach == "all")}

    answer = ask.read(found)
    if answer is None:
        raise Refused(AssessmentNotOpen(year))
    return answer
