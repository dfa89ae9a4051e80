"""The review of a declaration: what holds for any declaration."""

from __future__ import annotations

import copy
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.goals import ReviewFinding
from services.goals.domain.declared import Declared
from services.goals.domain.review import review, review_adjustment
from tests.domain.goals.scenario import RULES
from tests.domain.goals.test_review import FIVE, ex_ante, found, indicator

figures = st.decimals(min_value=0, max_value=200, places=2).map(str)
maybe = st.one_of(st.none(), st.just(""), figures)
indicators = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c", "中"]),
        "dimension": st.sampled_from(["output", "benefit", "satisfaction", "cost", "other"]),
        "kind": st.sampled_from(["quantity", "quality", ""]),
        "type": st.sampled_from(["quantitative", "qualitative"]),
        "direction": st.sampled_from(["at_least", "at_most", "equal"]),
        "target": maybe,
        "unit": st.sampled_from([None, "", "个"]),
        "weight": st.sampled_from(["10", "30", "50"]),
        "schedule": st.one_of(st.none(), st.dictionaries(st.sampled_from(["2026-03", "2026-09", "2026-12"]), figures)),
        "standard": maybe,
    }
)
evaluations = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "conclusion": st.sampled_from(["support", "adjust", "reject"]),
            "procedure_complete": st.booleans(),
            "dimensions": st.dictionaries(st.sampled_from([*FIVE, "other"]), st.integers(40, 100).map(str)),
        }
    ),
)
medium_terms = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "x"]), "total": st.just("4"), "by_year": st.just({"2026": "2", "2027": "2"})}
)
cases = st.fixed_dictionaries(
    {
        "project": st.fixed_dictionaries(
            {"kind": st.sampled_from(["new", "continuing"]), "years": st.integers(1, 3), "budget": st.just("10")}
        ),
        "ex_ante": evaluations,
        "annual": st.lists(indicators, max_size=5),
        "items": st.lists(st.fixed_dictionaries({"amount": st.sampled_from(["10", "5"])}), max_size=2),
        "medium_term": st.lists(medium_terms, max_size=2),
    }
)


@given(cases)
@settings(max_examples=200)
def test_findings_are_sorted_each_once_and_the_decision_follows_their_levels(case: dict[str, Any]) -> None:
    result = review(Declared.model_validate(case), RULES)
    keys = [(finding.where, finding.rule) for finding in result.findings]
    assert keys == sorted(set(keys))
    levels = {finding.level for finding in result.findings}
    assert result.decision == ("refuse" if "blocker" in levels else "return" if "return" in levels else "pass")


@given(cases, st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_the_order_of_the_form_does_not_matter(case: dict[str, Any], random: Any) -> None:
    shuffled = copy.deepcopy(case)
    for part in ("annual", "items", "medium_term"):
        random.shuffle(shuffled[part])
    assert found(shuffled) == found(case)


@given(st.lists(st.decimals(min_value=0, max_value=100, places=3), min_size=5, max_size=5))
@settings(max_examples=200)
def test_the_mean_of_five_supports_from_sixty(marks: list[Decimal]) -> None:
    dimensions = dict(zip(FIVE, map(str, marks), strict=True))
    expected = ["ex_ante ex-ante-not-supported blocker"] if sum(marks) < 300 else []
    assert found(ex_ante(dimensions=dimensions)) == expected


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(0, 5))
@settings(max_examples=200)
def test_a_cumulative_schedule_reaches_its_target(values: list[int], target: int) -> None:
    schedule = {f"2026-{month:02d}": str(value) for month, value in enumerate(values, 1)}
    reaches = all(earlier <= later for earlier, later in pairwise(values)) and values[-1] == target
    case = indicator(0, schedule=schedule, target=str(target), standard=None)
    assert found(case) == ([] if reaches else ["o schedule-not-reaching-target return"])


@given(cases)
@settings(max_examples=100)
def test_what_an_adjustment_is_asked_a_declaration_is_asked_too(case: dict[str, Any]) -> None:
    declared = Declared.model_validate(case)
    whole: set[ReviewFinding] = set(review(declared, RULES).findings)
    assert set(review_adjustment(declared, RULES).findings) <= whole
