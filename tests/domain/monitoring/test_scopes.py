"""Other thresholds for some projects, exemptions month by month; every problem of a rule set is named at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from backbone.process.dated import DatedFileError, parse
from contracts.goals import GoalApproved
from services.monitoring.domain import INITIAL, evolve
from services.monitoring.domain.judging import Figures, Goal, judge
from services.monitoring.domain.rules import RuleSet
from services.monitoring.domain.scopes import Condition, Place
from tests.domain.monitoring.examples import APPROVED, RULES
from tests.domain.monitoring.test_rules import rule, rule_set

PLACE = Place("CS-1", "department-03.station-1", "department-03", frozenset({"livelihood"}), "town-2")
LIVELIHOOD = {
    "id": "livelihood",
    "title": {"zh": "民生", "en": "Livelihood"},
    "document": "县财绩〔2026〕9号",
    "tags": ["livelihood"],
    "levels": {"notice": {"at_least": "5"}},
}


def scoped(*scopes: dict[str, Any], **changes: Any) -> RuleSet:
    return RuleSet.model_validate(rule_set(rules=[rule(scopes=list(scopes))], **changes))


def judged(goal: Goal, paid: int, rules: RuleSet, period: str = "2026-03", **more: Any) -> Any:
    return judge(goal, Figures(paid, 1), [], period, date(2026, 12, 31), rules, **more)


def goal_of(event: GoalApproved) -> Goal:
    goal = evolve(INITIAL, event).goal
    assert goal is not None
    return goal


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({"tags": ("health", "livelihood")}, True),
        ({"tags": ("health",)}, False),
        ({"departments": ("department-03",)}, True),
        ({"departments": ("department-0",)}, False),
        ({"units": ("department-03",)}, True),
        ({"units": ("department-03.station-2",)}, False),
        ({"projects": ("CS-1",)}, True),
        ({"projects": ("CS-2",)}, False),
        ({"level": "lower"}, True),
        ({"level": "own"}, False),
        ({"transfer_to": ("town-2",)}, True),
        ({"transfer_to": ("town-1",)}, False),
        ({"budget_from": Decimal(10_000)}, True),
        ({"budget_from": Decimal("10000.01")}, False),
        ({"budget_to": Decimal(10_000)}, False),
        ({"budget_to": Decimal("10000.01")}, True),
        ({"tags": ("livelihood",), "level": "own"}, False),
    ],
)
def test_a_condition_holds_where_all_holds_that_it_says(said: dict[str, Any], fits: bool) -> None:
    assert Condition(**said).fits(PLACE, 1_000_000, "CNY") is fits


def test_a_budget_is_compared_in_the_goals_own_units() -> None:
    assert not Condition(budget_from=Decimal(10_000)).fits(PLACE, 9_999, "JPY")
    assert Condition(budget_from=Decimal(10_000)).fits(PLACE, 10_000, "JPY")


def test_the_thresholds_of_the_first_scope_that_fits_hold() -> None:
    livelihood = goal_of(APPROVED.model_copy(update={"tags": ("livelihood",)}))
    small = {**LIVELIHOOD, "id": "small", "tags": None, "budget_to": "20000", "levels": {"warning": {"at_least": "8"}}}
    rules = scoped(LIVELIHOOD, small)
    ordinary, tagged = goal_of(APPROVED), judged(livelihood, 60_000, rules)
    assert [(hit.level, hit.scope) for hit in tagged.found.hits] == [("notice", "livelihood")]
    assert [(hit.level, hit.scope) for hit in judged(ordinary, 80_000, rules).found.hits] == [("warning", "small")]
    large = judged(replace(ordinary, budget=10_000_000), 800_000, rules)
    assert large.found.hits == (), "no scope fits: the rule's own 15"


def test_the_place_of_a_project_is_read_from_its_goal() -> None:
    approved = APPROVED.model_copy(update={"tags": ("livelihood",), "transfer_to": "town-2"})
    assert goal_of(approved).place == Place(
        "CS-1", "department-03", "department-03", frozenset({"livelihood"}), "town-2"
    )


def test_an_exempt_project_is_not_found_in_the_months_of_its_exemption() -> None:
    exemption = {
        "rules": ["r"],
        "projects": ["CS-1"],
        "first": "2026-02",
        "last": "2026-03",
        "reason": "汛期停工",
        "document": "文",
    }
    rules = scoped(exemptions=[exemption])
    goal = goal_of(APPROVED)
    exempt, after = judged(goal, 500_000, rules), judged(goal, 500_000, rules, "2026-04")
    assert (exempt.findings, exempt.found.exempted, exempt.recommendation) == ((), ("r",), "none")
    assert [hit.rule for hit in after.found.hits] == ["r"]
    other = goal_of(APPROVED.model_copy(update={"project": "CS-2"}))
    assert [hit.rule for hit in judged(other, 500_000, rules).found.hits] == ["r"]
    assert judged(goal, 0, rules).found.exempted == (), "nothing to be exempt from"


def test_a_watched_project_is_held_to_the_stricter_of_both() -> None:
    strict = {"watched": {"warning": {"at_least": "8"}}}
    rules = RuleSet.model_validate(rule_set(rules=[rule(**strict, scopes=[LIVELIHOOD])]))
    ordinary, tagged = goal_of(APPROVED), goal_of(APPROVED.model_copy(update={"tags": ("livelihood",)}))
    assert [hit.level for hit in judged(ordinary, 90_000, rules, watched=True).found.hits] == ["warning"]
    assert judged(ordinary, 90_000, rules).found.hits == ()
    found = [judged(tagged, paid, rules, watched=True).found.hits[0] for paid in (60_000, 90_000)]
    assert [(hit.level, hit.watched) for hit in found] == [("notice", False), ("warning", True)]


def test_the_default_rules_judge_the_unwatched_as_ever_and_have_stricter_levels_for_the_watched() -> None:
    assert [each.id for each in RULES.rules if each.watched] == [
        "report-overdue",
        "mismatch",
        "slow-execution",
        "behind-goal",
    ]
    assert not any(each.scopes for each in RULES.rules)
    assert RULES.exemptions == ()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"rules": [rule(scopes=[{**LIVELIHOOD, "tags": None}])]}, "says of no project"),
        ({"rules": [rule(scopes=[{**LIVELIHOOD, "budget_from": "2", "budget_to": "1"}])]}, "no budget is at least 2"),
        ({"rules": [rule(scopes=[{**LIVELIHOOD, "level": "own", "transfer_to": ["t"]}])]}, "contradict each other"),
        ({"rules": [rule(scopes=[{**LIVELIHOOD, "levels": {"notice": {"always": True}}}])]}, "a fact holds always"),
        ({"rules": [rule(scopes=[LIVELIHOOD, LIVELIHOOD])]}, "a scope stands twice: livelihood"),
        ({"rules": [rule(scopes=[{**LIVELIHOOD, "sector": "health"}])]}, "Extra inputs"),
        ({"rules": [rule(watched={"notice": {"at_least": "15"}})]}, "must be stricter"),
        (
            {"exemptions": [{"rules": ["r"], "first": "2026-01", "last": "2026-02", "reason": "r", "document": "d"}]},
            "says of no",
        ),
        (
            {
                "exemptions": [
                    {
                        "rules": ["x"],
                        "projects": ["a"],
                        "first": "2026-02",
                        "last": "2026-01",
                        "reason": "r",
                        "document": "d",
                    }
                ]
            },
            "it ends in 2026-01",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        RuleSet.model_validate(rule_set(**changes))


WRONG = """
id = "s"
version = 1
in_force_from = 2026-01-01
document = "d"
title = {}
report_due_day = 31
[[rules]]
id = "a"
measure = "mismatch"
at_once = false
source = "s"
title = {}
levels.notice = { at_least = "15" }
watched.notice = { at_least = "20" }
[[rules]]
id = "a"
measure = "guess"
at_once = false
source = "s"
title = {}
levels.notice = { at_least = "15" }
[[rules.scopes]]
id = "small"
title = {}
document = "d"
levels.notice = { at_least = "15" }
[[exemptions]]
rules = ["b"]
projects = ["CS-1"]
first = "2026-01"
last = "2026-02"
reason = "r"
document = "d"
"""


def test_every_problem_of_a_file_is_named_on_loading() -> None:
    with pytest.raises(DatedFileError) as caught:
        parse("wrong.toml", WRONG, RuleSet)
    said = " | ".join(caught.value.problems)
    for part in (
        "report_due_day: ",
        "rules.0: Value error, rule a, watched notice: it must be stricter",
        "rules.1.measure: ",
        "rules.1.scopes.0: Value error, scope small: it says of no project",
        "rules: a rule stands twice: a",
        "exemptions.0.rules: there is no rule 'b' to be exempt from",
    ):
        assert part in said
    assert len(caught.value.problems) == 6, caught.value.problems
