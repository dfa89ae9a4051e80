"""A rule through the versions of its rule sets: what it said when, on which document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.monitoring.domain.rules import Rule, RuleSet
from services.monitoring.domain.scopes import Exemption


@dataclass(frozen=True, slots=True)
class Version:
    """A rule as one version of a rule set has it, with the exemptions from it."""

    rules: RuleSet
    rule: Rule

    @property
    def exemptions(self) -> tuple[Exemption, ...]:
        """Who is exempt from the rule, when, why."""
        return tuple(each for each in self.rules.exemptions if self.rule.id in each.rules)

    def in_force(self, day: date) -> bool:
        """Is this version in force on a day?"""
        until = self.rules.in_force_until
        return self.rules.in_force_from <= day and (until is None or day <= until)


def versions_of(rule: str, rule_sets: Iterable[RuleSet]) -> tuple[Version, ...]:
    """Every version that has the rule, the latest first."""
    ordered = sorted(rule_sets, key=lambda rules: (rules.in_force_from, rules.version), reverse=True)
    return tuple(Version(rules, found) for rules in ordered if (found := rules.rule(rule)) is not None)


def rule_ids(rule_sets: Iterable[RuleSet]) -> tuple[str, ...]:
    """Every rule there is or was, in the order of the rule sets, the latest version first."""
    ordered = sorted(rule_sets, key=lambda rules: (rules.in_force_from, rules.version), reverse=True)
    return tuple(dict.fromkeys(rule.id for rules in ordered for rule in rules.rules))
