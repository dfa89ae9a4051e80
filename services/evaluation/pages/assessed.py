"""The county's assessment: the ranking of each class, and a unit's result with every part explained; within the set audience only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from psycopg import Connection

from backbone.web.asking import Ask
from backbone.web.languages import language_of
from backbone.web.problems import Refused
from contracts.decision import Actor, NotPermitted
from contracts.kinds import Code, Year
from services.evaluation import handlers, views
from services.evaluation.domain.explanation import explain
from services.evaluation.domain.ranking import places_of
from services.evaluation.domain.refusals import AssessmentNotOpen, UnitNotAssessed
from services.evaluation.domain.schemes import CountyScheme
from services.evaluation.pages import PAGES
from services.evaluation.pages.drawings import by_parts

router = APIRouter(include_in_schema=False)


@router.get("/assessments/{year}", response_class=HTMLResponse)
def assessment(ask: Ask, request: Request, year: Year) -> Response:
    """The year: each class with its ranking; before the completion, where it stands and what is missing."""
    actor, lang = ask.actor, language_of(request)

    def found(conn: Connection[Any]) -> dict[str, Any]:
        row, scheme, reach = _circulated(conn, year, actor)
        units = views.units(conn, year, None if reach == "all" else actor.org)
        states = views.unit_states(conn, year, [unit["unit"] for unit in units]) if row["completed_on"] is None else {}
        missing = {code: explain(state, scheme).missing for code, state in states.items()}
        classes = [_class(name, scheme, row["places"], units) for name in scheme.classes]
        return {
            "assessment": row,
            "scheme": scheme,
            "reach": reach,
            "classes": [each for each in classes if each["units"]],
            "missing": missing,
            "gaps": sorted(gap for gaps in missing.values() for gap in gaps),
            "as_of": views.as_of(conn),
        }

    fields = ask.read(found)
    for each in fields["classes"]:
        done = [unit for unit in each["units"] if unit["total"] is not None]
        each["chart"] = by_parts(done, each["name"], PAGES.words, lang)
    title = PAGES.words.say("page.assessment.title", lang, year=year)
    return PAGES.render(request, "assessment.html", title=title, year=year, **fields)


@router.get("/assessments/{year}/units/{unit}", response_class=HTMLResponse)
def unit(ask: Ask, request: Request, year: Year, unit: Code) -> Response:
    """A unit's result down to each indicator, mark, quarter, bonus and penalty."""
    actor = ask.actor

    def found(conn: Connection[Any]) -> dict[str, Any]:
        _, scheme, reach = _circulated(conn, year, actor)
        if reach == "own" and actor.org != unit:
            raise Refused(NotPermitted(role=actor.role, org=actor.org, action="read-assessment", place=unit))
        rows = views.units(conn, year, unit)
        if not rows:
            raise Refused(UnitNotAssessed(unit, year))
        return {
            "unit": rows[0],
            "scheme": scheme,
            "of": scheme.classes[rows[0]["unit_class"]],
            "names": reach == "all",
            "explanation": explain(views.unit_states(conn, year, [unit])[unit], scheme),
            "as_of": views.as_of(conn),
        }

    fields = ask.read(found)
    return PAGES.render(request, "unit.html", title=fields["unit"]["name"], year=year, **fields)


def _circulated(conn: Connection[Any], year: int, actor: Actor) -> tuple[views.Row, CountyScheme, str]:
    """The year's assessment, its scheme and whose results the reader may see; refused outside the audience."""
    row = views.assessment(conn, year)
    if row is None:
        raise Refused(AssessmentNotOpen(year))
    scheme = handlers.scheme_of(row["scheme"])
    reach = views.sees(actor, scheme)
    if isinstance(reach, NotPermitted):
        raise Refused(reach)
    return row, scheme, reach


def _class(name: str, scheme: CountyScheme, places: Mapping[str, int], units: Sequence[views.Row]) -> dict[str, Any]:
    """A class with its units from the best down (before the completion: as listed), and its advanced places."""
    own = [unit for unit in units if unit["unit_class"] == name]
    rule = scheme.classes[name].advanced
    decided = name in places or rule.share is not None
    return {
        "name": name,
        "units": sorted(own, key=lambda unit: (unit["rank"] is None, unit["rank"] or 0, unit["place"])),
        "places": places_of(len(own), rule, places.get(name)) if decided else None,
        "at_least": rule.at_least,
    }
