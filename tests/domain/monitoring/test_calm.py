"""A project's calm never hides what `judge` would find, and is not smaller than it must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbone.process.dated import in_force, load_all
from contracts.monitoring import MonthFinding
from services.monitoring.domain.calm import calm
from services.monitoring.domain.judging import Figures, Goal, Monitored, Report, judge
from services.monitoring.domain.project import INITIAL, Month, Project
from services.monitoring.domain.rules import RuleSet
from services.monitoring.domain.scopes import Place

DAY = date(2026, 7, 20)
RULES = in_force(load_all("services.monitoring.rules", RuleSet), "dual-monitoring-1", DAY)
APPROVED = date(2026, 1, 20)


def project(budget: int = 1_000_000_00, **changes: object) -> Project:
    goal = Goal(budget, "CNY", APPROVED, (Monitored("a", Decimal(50), "at_least", Decimal(10)),))
    return replace(INITIAL, goal=goal, **changes)


def found(state: Project, period: str, paid: int, first_paid: date | None, rules: RuleSet = RULES) -> bool:
    assert state.goal is not None
    figures = Figures(paid, 1, first_paid)
    return bool(judge(state.goal, figures, state.reports, period, DAY, rules, running=True).findings)


@given(
    budget=st.integers(1, 10**14),
    share=st.integers(-20_000, 20_000),
    nearby=st.integers(-2, 2),
    shift=st.integers(-40, 200),
)
def test_within_the_calm_judge_finds_nothing_and_just_beyond_it_does(
    budget: int, share: int, nearby: int, shift: int
) -> None:
    state = project(budget)
    told = calm(state, 2026, DAY, RULES)
    assert told is not None
    assert told.from_period == "2026-01"
    first_paid = APPROVED + timedelta(days=shift)
    for paid in (budget * share // 10_000, told.paid_to + nearby):
        quiet = paid <= told.paid_to and first_paid >= told.paid_from
        assert found(state, "2026-07", paid, first_paid) is not quiet


@pytest.mark.parametrize("budget", [0, 1, 3, 99_99, 10_000_00])
def test_the_least_that_is_beyond_the_calm_is_found(budget: int) -> None:
    told = calm(project(budget), 2026, DAY, RULES)
    assert told is not None
    assert not found(project(budget), "2026-07", told.paid_to, APPROVED)
    assert found(project(budget), "2026-07", told.paid_to + 1, APPROVED)


def test_calm_begins_after_the_last_month_that_was_closed_or_found_something() -> None:
    month = Month(1, True, 1, 0, 0, Decimal(), {}, (), "none")
    loud = replace(month, closed=False, findings=(MonthFinding(rule="overspent", level="warning"),))
    assert calm(project(months={"2026-03": month}), 2026, DAY, RULES).from_period == "2026-04"  # type: ignore[union-attr]
    assert calm(project(months={"2026-05": loud}), 2026, DAY, RULES).from_period == "2026-06"  # type: ignore[union-attr]
    assert calm(project(months={"2026-12": month}), 2026, DAY, RULES) is None


def test_what_the_unit_says_of_the_outcome_is_no_calm() -> None:
    report = Report("2026-06", date(2026, 7, 3), {}, expected="low")
    assert calm(project(reports=(report,)), 2026, DAY, RULES) is None


def test_rules_that_can_not_be_told_in_advance_give_no_calm() -> None:
    rules = RULES.model_copy(update={"rules": tuple(rule.model_copy(update={"at_once": True}) for rule in RULES.rules)})
    assert calm(project(), 2026, DAY, RuleSet.model_validate(rules.model_dump())) is None


def test_a_project_without_a_goal_is_calm_until_one_is_approved() -> None:
    told = calm(INITIAL, 2026, DAY, RULES)
    assert told is not None
    assert told.paid_to > 10**17


def strict() -> RuleSet:
    """Execution from 100.01 percent on is a finding; from 80 on for livelihood, from 60 on for what is watched."""
    raw = RULES.model_dump()
    overspent = next(rule for rule in raw["rules"] if rule["id"] == "overspent")
    overspent["watched"] = {"notice": {"at_least": "60"}}
    levels = {"notice": {"at_least": "80"}}
    overspent["scopes"] = [{"id": "s", "title": {}, "document": "文", "tags": ["livelihood"], "levels": levels}]
    return RuleSet.model_validate(raw)


@pytest.mark.parametrize(
    ("tags", "watched"), [((), False), ((), True), (("livelihood",), False), (("livelihood",), True)]
)
def test_the_calm_is_that_of_the_thresholds_that_hold_for_the_project(tags: tuple[str, ...], watched: bool) -> None:
    rules, state = strict(), project(10_000_00)
    assert state.goal is not None
    goal = replace(state.goal, place=Place("CS-1", tags=frozenset(tags)))
    state = replace(state, goal=goal, watched=frozenset({("project", "CS-1")} if watched else ()))
    told = calm(state, 2026, DAY, rules)
    assert told is not None

    def finds(paid: int) -> bool:
        figures = Figures(paid, 1, APPROVED)
        return bool(judge(goal, figures, (), "2026-07", DAY, rules, running=True, watched=watched).findings)

    assert (finds(told.paid_to), finds(told.paid_to + 1)) == (False, True)
