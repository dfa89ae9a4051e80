"""A rule set on trial (试运行): each month of a history as it was judged, beside what the proposed rules find on the same grounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from contracts.monitoring import FindingLevel, MonthFinding, Recommendation
from services.monitoring.domain.finding import Found, Grounds, find
from services.monitoring.domain.judging import recommend
from services.monitoring.domain.rules import RuleSet
from services.monitoring.domain.thresholds import Threshold, gravity

Direction = Literal["stricter", "milder", "otherwise"]


@dataclass(frozen=True, slots=True)
class Stood:
    """A month of a project as it stands in the history: its grounds, and what was found on them. `running`: it has not been closed."""

    project: str
    year: int
    name: str
    unit: str
    grounds: Grounds
    running: bool
    watched: bool
    rules: str
    findings: tuple[MonthFinding, ...]
    recommendation: Recommendation


@dataclass(frozen=True, slots=True)
class Why:
    """One rule that finds something else: its level before and after, what was measured, and the threshold that is reached now, whose it
    is; `exempt` is the document on which the project is exempt from the rule in this month."""

    rule: str
    before: FindingLevel | None
    after: FindingLevel | None
    measured: Decimal | None
    threshold: Threshold | None
    scope: str | None
    watched: bool
    exempt: str | None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A month that would be treated otherwise."""

    stood: Stood
    recommendation: Recommendation
    found: Found
    why: tuple[Why, ...]

    @property
    def direction(self) -> Direction:
        """Whether what is recommended becomes graver or milder; `otherwise` where only the findings differ."""
        before, after = gravity(self.stood.recommendation), gravity(self.recommendation)
        return "stricter" if after > before else "milder" if after < before else "otherwise"


def tried(months: Iterable[Stood], rules: RuleSet, today: date) -> Iterable[Otherwise]:
    """The months that the proposed rules would treat otherwise, in the order in which they come."""
    for stood in months:
        grounds = _grounds(stood, rules, today)
        found = find(grounds, rules, running=stood.running, watched=stood.watched)
        if [(hit.rule, hit.level) for hit in found.hits] != [(each.rule, each.level) for each in stood.findings]:
            yield Otherwise(stood, recommend(found.findings), found, tuple(_why(stood, grounds, found, rules)))


def _grounds(stood: Stood, rules: RuleSet, today: date) -> Grounds:
    """A month is closed the day after its report was due: where the proposed rules give more time, they judge it that much later."""
    if stood.running:
        return stood.grounds
    closing = min(rules.report_due(stood.grounds.period) + timedelta(days=1), today)
    return stood.grounds if closing <= stood.grounds.as_of else replace(stood.grounds, as_of=closing)


def _why(stood: Stood, grounds: Grounds, found: Found, rules: RuleSet) -> Iterable[Why]:
    before: dict[str, FindingLevel] = {finding.rule: finding.level for finding in stood.findings}
    hits = {hit.rule: hit for hit in found.hits}
    for id in dict.fromkeys((*before, *hits)):
        hit, rule = hits.get(id), rules.rule(id)
        if hit is not None and hit.level == before.get(id):
            continue
        measured = grounds.measured(rule.measure, rules.report_due(grounds.period)) if rule else None
        exemption = (
            rules.exemption(id, grounds.place, grounds.budget, grounds.currency, grounds.period)
            if id in found.exempted
            else None
        )
        yield Why(
            id,
            before.get(id),
            hit.level if hit else None,
            None if isinstance(measured, bool) else measured,
            hit.threshold if hit else None,
            hit.scope if hit else None,
            bool(hit and hit.watched),
            exemption.document if exemption else None,
        )
