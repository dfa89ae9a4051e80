"""A deviation derived again from its own figures: whoever holds the event and the rule set that it names comes to the same level."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.monitoring import DeviationDetected, FindingLevel
from services.monitoring.domain.finding import Grounds, level_again
from services.monitoring.domain.rules import FACTS, RuleSet


def derived(event: DeviationDetected, rules: RuleSet) -> FindingLevel | None:
    """The level that the rule finds on the figures that the event carries; None where it finds nothing. LookupError where `rules` are
    not those that the event names, or have no such rule or scope.

    An event of before `applied` carries no facts: of a rule that rests on one it can only be said which level the fact has.
    """
    rule = rules.rule(event.rule)
    if rules.reference != event.rules or rule is None:
        raise LookupError(f"the event names {event.rules} and its rule {event.rule}, not {rules.reference}")
    applied = event.applied
    if applied is None and rule.measure in FACTS:
        return rule.level_of(True)
    facts = dict(applied.facts) if applied else {}
    due = date.fromisoformat(facts["due"]) if "due" in facts else rules.report_due(event.period)
    scope, watched = (applied.scope, applied.watched) if applied else (None, False)
    return level_again(rule, _grounds(event, facts, due), due, scope, watched=watched)


def _grounds(event: DeviationDetected, facts: dict[str, str], due: date) -> Grounds:
    def day(name: str) -> date | None:
        return date.fromisoformat(facts[name]) if name in facts else None

    expected: Any = facts.get("expected")
    return Grounds(
        event.period,
        day("as_of") or due,
        event.execution,
        event.attainment,
        event.time,
        reported=day("reported"),
        first_paid=day("first_paid"),
        approved_on=day("approved_on"),
        expected=expected,
        serious_problem=facts.get("serious_problem"),
    )
