"""The review of a declaration (绩效目标审核): one pure function, the same for finance's decision and for `jixiao review`.

A finding says where, by which rule, how grave. Levels, sums and thresholds are the rule set's (`rules/declaration-1.toml`); what each
rule looks at stands here, one function a subject, in the order of the form: ex-ante evaluation, annual indicators, money, medium term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import reduce
from itertools import pairwise
from typing import Literal

from contracts.goals import ReviewFinding
from services.goals.domain.declared import Declared, DeclaredIndicator
from services.goals.domain.rules import DeclarationRules, Rule

Decision = Literal["refuse", "return", "pass"]
Found = Iterator[tuple[str, Rule]]

_EXACT = Context(prec=200)
"""Sums of 28-digit figures stay exact in it, however far apart their magnitudes are."""


@dataclass(frozen=True, slots=True)
class Review:
    """All findings, sorted by where and rule (by code point), each once, and what follows from them."""

    findings: tuple[ReviewFinding, ...]
    decision: Decision


def review(declared: Declared, rules: DeclarationRules) -> Review:
    """The review of a whole declaration: a blocker refuses it, else a finding of level `return` sends it back, else it passes."""
    return _reviewed(declared, rules, (_ex_ante, _annual, _money, _medium_term))


def review_adjustment(declared: Declared, rules: DeclarationRules) -> Review:
    """The review of adjusted indicators: what concerns the annual indicators and their tie to the medium term.

    Ex-ante evaluation and the budget in detail were reviewed when the project was approved; an application to adjust has none.
    """
    return _reviewed(declared, rules, (_annual, _decomposition))


def _reviewed(
    declared: Declared, rules: DeclarationRules, parts: Iterable[Callable[[Declared, DeclarationRules], Found]]
) -> Review:
    found = sorted({finding for part in parts for finding in part(declared, rules)})
    findings = tuple(ReviewFinding(where=where, rule=rule, level=rules.levels[rule]) for where, rule in found)
    return Review(findings, _decision(findings))


def _decision(findings: tuple[ReviewFinding, ...]) -> Decision:
    levels = {finding.level for finding in findings}
    if "blocker" in levels:
        return "refuse"
    return "return" if "return" in levels else "pass"


def _ex_ante(declared: Declared, rules: DeclarationRules) -> Found:
    """No budget without a supported ex-ante evaluation (方案篇一 事前绩效评估：「申请预算的必备要件」)."""
    evaluation, wanted = declared.ex_ante, rules.ex_ante
    if evaluation is None:
        if declared.project.kind in wanted.required_of:
            yield "ex_ante", "no-ex-ante-evaluation"
        return
    marks = [evaluation.dimensions.get(dimension) for dimension in wanted.dimensions]
    there = [mark for mark in marks if mark is not None]
    complete = len(there) == len(marks)
    if not evaluation.procedure_complete or not complete:
        yield "ex_ante", "ex-ante-incomplete"
    # The mean is compared unrounded: 59.999 does not support a project, so the sum is compared and nothing divided.
    too_low = complete and _sum(there) < _EXACT.multiply(wanted.least_mean, len(marks))
    if evaluation.conclusion in wanted.not_supported_by or too_low:
        yield "ex_ante", "ex-ante-not-supported"


def _annual(declared: Declared, rules: DeclarationRules) -> Found:
    """Goals are clear, quantified, feasible and easy to assess (方案篇一：「清晰、量化、可行、易考核」)."""
    yield from _completeness(declared.annual, rules)
    for dimension, points in rules.weights.of(declared.project.scheme).items():
        if _sum(each.weight for each in declared.annual if each.dimension == dimension) != points:
            yield dimension, "weights"
    for indicator in declared.annual:
        yield from _indicator(indicator)


def _completeness(annual: tuple[DeclaredIndicator, ...], rules: DeclarationRules) -> Found:
    seen: set[str] = set()
    for indicator in annual:
        if indicator.id in seen:
            yield indicator.id, "duplicate-indicator"
        seen.add(indicator.id)
    for kind in rules.required.kinds:
        if all(indicator.kind != kind for indicator in annual):
            yield kind, "missing-indicator"
    for dimension in rules.required.dimensions:
        if all(indicator.dimension != dimension for indicator in annual):
            yield dimension, "missing-indicator"


def _indicator(indicator: DeclaredIndicator) -> Found:
    """One indicator by itself: quantified, scheduled, no worse than its standard (方案篇一 标准：「衔接匹配」)."""
    if not indicator.has_target or (indicator.quantitative and indicator.unit is None):
        yield indicator.id, "not-quantified"
    if indicator.quantitative and indicator.has_target and not indicator.schedule:
        yield indicator.id, "no-schedule"
    if _misses_its_target(indicator):
        yield indicator.id, "schedule-not-reaching-target"
    if _worse_than_standard(indicator):
        yield indicator.id, "below-standard"


def _misses_its_target(indicator: DeclaredIndicator) -> bool:
    """A schedule is cumulative: towards at least a target it never goes down, and its last month is the target."""
    if indicator.direction != "at_least" or not indicator.schedule:
        return False
    values = [indicator.schedule[month] for month in sorted(indicator.schedule)]
    goes_down = any(later < earlier for earlier, later in pairwise(values))
    # Without a target there is none to reach, which `not-quantified` says; nor do figures reach one in words.
    due = indicator.number_to_reach
    return goes_down or (due is not None and values[-1] != due)


def _worse_than_standard(indicator: DeclaredIndicator) -> bool:
    if not indicator.quantitative or indicator.target is None or indicator.standard is None:
        return False
    match indicator.direction:
        case "at_least":
            return indicator.target < indicator.standard
        case "at_most":
            return indicator.target > indicator.standard
        case "equal":
            return False


def _money(declared: Declared, rules: DeclarationRules) -> Found:
    """The budget is the sum of its items: goals are matched to tasks and funds (方案篇一 目标管理)."""
    if _sum(item.amount for item in declared.items) != declared.project.budget:
        yield "budget", "budget-detail"


def _medium_term(declared: Declared, rules: DeclarationRules) -> Found:
    """Annual and medium-term goals are declared together (方案篇一：年度与中期目标)."""
    if declared.project.years > 1 and not declared.medium_term:
        yield "medium_term", "no-medium-term"
    yield from _decomposition(declared, rules)


def _decomposition(declared: Declared, rules: DeclarationRules) -> Found:
    """A medium-term goal is what its years sum to, and this year has its part of it."""
    annual = {indicator.id for indicator in declared.annual}
    for goal in declared.medium_term:
        if _sum(goal.by_year.values()) != goal.total or goal.id not in annual:
            yield goal.id, "not-decomposed"


def _sum(values: Iterable[Decimal]) -> Decimal:
    return reduce(_EXACT.add, values, Decimal(0))
