"""The rules over HTTP: what each says, in which versions, what it hit in a year and what people decided on that."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from backbone.process.dated import load_all
from backbone.record.events import Connection
from backbone.web.asking import Ask, Asking
from backbone.web.problems import Refused
from contracts.decision import Refusal
from contracts.kinds import Code, Period, Year
from services.monitoring.api import shapes
from services.monitoring.domain.refusals import RuleUnknown
from services.monitoring.domain.rules import RuleSet
from services.monitoring.domain.seeing import bound_to
from services.monitoring.domain.versions import Version, rule_ids, versions_of
from services.monitoring.views import rules as views
from services.monitoring.views.rules import Hits

router = APIRouter(prefix="/api/rules", tags=["rules"])
Outcome = Literal["dismissed", "suspended", "corrected", "adjusted", "open", "over"]


@router.get("")
def rules(ask: Ask, year: Year) -> dict[str, Any]:
    """Every rule with its hits of a year, what people decided on them, and the share dismissed (percent; null without a hit)."""
    org, known = _bound(ask), load_all("services.monitoring.rules", RuleSet)
    hits = ask.read(lambda conn: views.hits_of(conn, year, org))
    return {"rules": [_line(id, versions_of(id, known), hits.get(id, Hits())) for id in rule_ids(known)]}


@router.get("/{rule}")
def rule(
    ask: Ask,
    rule: Code,
    year: Year,
    outcome: Outcome | None = None,
    month: Period | None = None,
    unit: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """One rule: what it says and said, its hits of a year by month and unit, and the latest of them."""
    org, found = _bound(ask), versions_of(rule, load_all("services.monitoring.rules", RuleSet))
    if not found:
        raise Refused(RuleUnknown(rule))

    def read(conn: Connection) -> tuple[Hits, list[views.Row]]:
        chosen = {"outcome": outcome, "month": month, "unit": unit}
        hits = views.hits_of(conn, year, org, rule).get(rule, Hits())
        return hits, views.listed(conn, year, org, rule, limit=limit, **chosen)

    hits, listed = ask.read(read)
    return {
        **_line(rule, found, hits),
        "versions": [_version(each) for each in found],
        "months": dict(sorted(hits.months.items())),
        "units": dict(hits.units.most_common()),
        "found": shapes.plain(listed),
    }


def _bound(ask: Asking) -> str | None:
    org = bound_to(ask.actor, "read-project")
    if isinstance(org, Refusal):
        raise Refused(org)
    return org


def _line(id: str, found: tuple[Version, ...], hits: Hits) -> dict[str, Any]:
    newest = found[0].rule
    return {
        "rule": id,
        "title": newest.title,
        "measure": newest.measure,
        "source": newest.source,
        "rules": found[0].rules.reference,
        "hits": hits.total,
        "outcomes": hits.by_outcome(),
        "dismissed_share": None if hits.dismissed is None else f"{hits.dismissed:.2f}",
    }


def _version(version: Version) -> dict[str, Any]:
    rules = version.rules
    return {
        "rules": rules.reference,
        "in_force_from": rules.in_force_from.isoformat(),
        "in_force_until": rules.in_force_until.isoformat() if rules.in_force_until else None,
        "document": rules.document,
        **version.rule.model_dump(mode="json", exclude_none=True, exclude={"id", "title"}),
        "exemptions": [each.model_dump(mode="json", exclude_none=True) for each in version.exemptions],
    }
