"""What a rule set may say, and that a wrong one is refused with every problem."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from services.monitoring.domain.rules import Rule, RuleSet, Threshold, gravity
from tests.domain.monitoring.examples import RULES


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "id": "r",
        "measure": "mismatch",
        "at_once": False,
        "source": "方案篇一",
        "title": {"zh": "不匹配", "en": "Mismatch"},
        "levels": {"notice": {"at_least": "15"}},
    } | changes


def rule_set(**changes: Any) -> dict[str, Any]:
    return {
        "id": "s",
        "version": 1,
        "in_force_from": date(2026, 1, 1),
        "document": "方案篇一",
        "title": {},
        "report_due_day": 10,
        "rules": [rule()],
    } | changes


def test_the_default_rules_stand_in_the_order_of_their_findings() -> None:
    assert RULES.reference == "dual-monitoring-1@1"
    assert [each.id for each in RULES.rules] == [
        "report-overdue",
        "mismatch",
        "slow-execution",
        "behind-goal",
        "overspent",
        "paid-before-approval",
        "expected-low",
        "expected-none",
        "serious-problem",
    ]
    assert {each.id for each in RULES.immediate} == {
        "overspent",
        "paid-before-approval",
        "expected-low",
        "expected-none",
        "serious-problem",
    }
    assert all(set(each.title) == {"zh", "en"} for each in RULES.rules)
    assert RULES.report_due("2026-12") == date(2027, 1, 10)


@pytest.mark.parametrize("thresholds", [{}, {"at_least": "1", "above": "1"}, {"always": True, "above": "1"}])
def test_a_threshold_is_exactly_one_of_its_kinds(thresholds: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one of"):
        Threshold.model_validate(thresholds)


@pytest.mark.parametrize(
    "changes",
    [
        {"levels": {"notice": {"always": True}}},
        {"measure": "expected_low", "levels": {"notice": {"at_least": "1"}}},
        {"measure": "guess"},
        {"levels": {}},
        {"levels": {"alarm": {"at_least": "1"}}},
        {"source": ""},
        {"threshold": "1"},
        {"levels": {"notice": {"at_least": 0.5}}},
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(rule(**changes))


@pytest.mark.parametrize("changes", [{"rules": [rule(), rule()]}, {"rules": []}, {"report_due_day": 31}])
def test_a_rule_set_that_cannot_be_meant_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RuleSet.model_validate(rule_set(**changes))


def test_the_gravest_level_reached_is_the_finding() -> None:
    mismatch = RuleSet.model_validate(
        rule_set(rules=[rule(levels={"notice": {"at_least": "15"}, "suspend": {"above": "50"}})])
    ).rules[0]
    assert mismatch.level_of(Decimal("14.99")) is None
    assert mismatch.level_of(Decimal("50.00")) == "notice"
    assert mismatch.level_of(Decimal("50.01")) == "suspend"


def test_gravity_ranks_levels_and_recommendations() -> None:
    ranks = [gravity(level) for level in ("none", "notice", "warning", "suspend", "stop")]
    assert ranks == [-1, 0, 1, 2, 3]
    assert gravity("correct") == gravity("warning")
