"""The rules' pages: every rule with its hits and the share dismissed; one rule, what it says of whom, since when, and what came of it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from backbone.process.dated import load_all
from backbone.web.asking import Ask, Asking
from backbone.web.languages import language_of
from backbone.web.layout import organisations_of
from backbone.web.problems import BadRequest, Refused
from contracts.decision import Refusal
from contracts.kinds import Code, Period, Year
from services.monitoring import views
from services.monitoring.domain.refusals import RuleUnknown
from services.monitoring.domain.rules import RuleSet
from services.monitoring.domain.seeing import bound_to
from services.monitoring.domain.versions import rule_ids, versions_of
from services.monitoring.pages import PAGES
from services.monitoring.pages.rule_words import RuleWords
from services.monitoring.pages.telling import LEVEL_TONES, Telling
from services.monitoring.views import rules as rule_views
from services.monitoring.views.rules import OUTCOMES, Hits

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
say = PAGES.words.say
SHOWN = 200
FIRST = 2000
"""The year to show where there is none yet."""


@router.get("/rules")
def rules(ask: Ask, request: Request, year: Year | None = None) -> Response:
    """Every rule: what it says, its hits of a year, what people decided, the share dismissed."""
    org, known = _bound(ask), load_all("services.monitoring.rules", RuleSet)
    as_of, years = ask.read(lambda conn: (views.as_of(conn), views.years(conn)))
    shown = year or (years[0] if years else as_of.year if as_of else FIRST)
    hits = ask.read(lambda conn: rule_views.hits_of(conn, shown, org))
    lang = language_of(request)
    return PAGES.render(
        request,
        "rules.html",
        title=say("page.rules.title", lang),
        as_of=as_of,
        year=shown,
        years=years,
        lines=[(versions_of(id, known)[0], hits.get(id, Hits())) for id in rule_ids(known)],
        outcomes=OUTCOMES,
        quote=_quoted,
    )


@router.get("/rules/{rule}")
def rule(
    ask: Ask,
    request: Request,
    rule: Code,
    year: Year | None = None,
    outcome: Annotated[str | None, Query(max_length=20)] = None,
    month: Period | None = None,
    unit: Code | None = None,
) -> Response:
    """One rule with its versions and its hits; `outcome`, `month` and `unit` choose among them."""
    org, found = _bound(ask), versions_of(rule, load_all("services.monitoring.rules", RuleSet))
    if not found:
        raise Refused(RuleUnknown(rule))
    if outcome is not None and outcome not in OUTCOMES:
        raise BadRequest("problem.400.detail")
    as_of, years = ask.read(lambda conn: (views.as_of(conn), views.years(conn)))
    shown = year or (years[0] if years else as_of.year if as_of else FIRST)
    chosen = {"outcome": outcome, "month": month, "unit": unit}
    hits = ask.read(lambda conn: rule_views.hits_of(conn, shown, org, rule).get(rule, Hits()))
    listed = ask.read(lambda conn: rule_views.listed(conn, shown, org, rule, limit=SHOWN + 1, **chosen))
    lang = language_of(request)

    def address(**changed: str | int | None) -> str:
        fields = {name: value for name, value in {"year": shown, **chosen, **changed}.items() if value is not None}
        return f"/rules/{_quoted(rule)}?{urlencode(fields)}"

    return PAGES.render(
        request,
        "rule.html",
        title=found[0].rule.title.get(lang, rule),
        as_of=as_of,
        year=shown,
        years=years,
        versions=found,
        today=as_of,
        hits=hits,
        outcomes=OUTCOMES,
        chosen={name: value for name, value in chosen.items() if value is not None},
        listed=listed[:SHOWN],
        more=len(listed) > SHOWN,
        words=RuleWords(PAGES.words, lang, organisations_of(request)),
        telling=Telling(PAGES.words, lang),
        tones=LEVEL_TONES,
        address=address,
        quote=_quoted,
    )


def _bound(ask: Asking) -> str | None:
    org = bound_to(ask.actor, "read-project")
    if isinstance(org, Refusal):
        raise Refused(org)
    return org


def _quoted(text: str) -> str:
    return quote(text, safe="")
