"""The office's screen for machines: what waits for a decision, many decided at once, units by months."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query

from backbone.web.asking import Ask, Asking
from backbone.web.languages import language_of
from backbone.web.problems import BadRequest, Refused, problem
from contracts.decision import Refusal
from contracts.kinds import Code, Year
from services.monitoring.api import bodies, shapes
from services.monitoring.domain.seeing import bound_to
from services.monitoring.handlers.together import ACTIONS, MEASURED, Subject, Together
from services.monitoring.views import office

router = APIRouter(prefix="/api", tags=["office"])


@router.get("/waiting")
def waiting(ask: Ask, year: Year) -> dict[str, Any]:
    """What waits for a decision, section by section, the gravest and oldest first: the first rows of each, and whether there are more."""
    org = _bound(ask)
    found = ask.read(lambda conn: office.waiting(conn, year, org))
    return {name: {"rows": shapes.plain(section.rows), "more": section.more} for name, section in found.items()}


@router.get("/units")
def units(
    ask: Ask,
    year: Year,
    unit: Code | None = None,
    department: Code | None = None,
    after: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Units by months: how many of a unit's projects have a month of which level."""
    org = _bound(ask)
    rows, following = ask.read(
        lambda conn: office.units(conn, year, org, unit=unit, department=department, after=after, limit=limit)
    )
    return {"units": shapes.plain(rows), "next": following}


@router.post("/decisions")
def decide(ask: Ask, body: bodies.TogetherBody) -> dict[str, Any]:
    """Decide on each of `chosen` by itself; what became of each: the events appended, or the refusal's problem."""
    if body.action in MEASURED and not (body.what and body.document):
        raise BadRequest("request.measure-missing", 422)
    said = {name: getattr(body, name) or "" for name in ("what", "by", "document")}
    decision = Together(body.action, body.reason, until=body.until, **said)
    try:
        subjects = [Subject.of(each) for each in dict.fromkeys(body.chosen)]
        asked = [(subject, decision.on(subject)) for subject in subjects]
    except ValueError:
        raise BadRequest("problem.400.detail") from None
    return {"decisions": [_decided(ask, decision, subject, handler) for subject, handler in asked]}


def _decided(ask: Asking, decision: Together, subject: Subject, handler: Any) -> dict[str, Any]:
    place = {"year": subject.year, "project": subject.project}
    place |= {name: value for name in ("order", "deviation") if (value := getattr(subject, name)) is not None}
    try:
        answer = ask.command(
            ACTIONS[decision.action], decision.asked(subject), handler, key=f"{ask.key[:80]}/{subject.written}"
        )
    except Refused as error:
        found = problem(error.refusal, ask.request.app.state.words, language_of(ask.request))
        return {**place, "done": False, "problem": found.body()}
    return {**place, "done": True, **json.loads(bytes(answer.body))}


def _bound(ask: Asking) -> str | None:
    bound = bound_to(ask.actor, "read-project")
    if isinstance(bound, Refusal):
        raise Refused(bound)
    return bound
