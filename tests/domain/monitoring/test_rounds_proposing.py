"""What the system proposes for a part of a round: by severity, from its events alone, never below what is paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from pydantic import ValidationError

from services.monitoring.domain.rounds.events import (
    Ground,
    RoundPartFilled,
    RoundPartPassed,
    TakenIntoRound,
)
from services.monitoring.domain.rounds.policy import KINDS, MidTermPolicy
from services.monitoring.domain.rounds.proposing import budget_after, propose
from tests.domain.monitoring.examples import APPROVED, reported
from tests.domain.monitoring.rounds import (
    BEGUN,
    PASS,
    POLICY,
    Played,
    filling,
    taking,
)

# what the system proposes


@pytest.mark.parametrize(
    ("said", "kind", "severity", "budget"),
    [
        ({"paid": 700_000}, "keep", None, 1_000_000),
        ({}, "correct", "deviating", 1_000_000),
        ({"expected_payments": 790_000}, "cut", "behind", 790_000),
        ({"expected_payments": 950_000, "canal": 40}, "cut", "behind", 880_000),
        ({"expected_payments": 950_000, "canal": 12}, "cut", "far-behind", 700_000),
        ({"expected_payments": 500_000}, "cut", "far-behind", 500_000),
        ({"cannot_run": True}, "stop", "cannot-run", 400_000),
    ],
)
def test_the_proposal_follows_the_severity(said: dict[str, Any], kind: str, severity: str | None, budget: int) -> None:
    values = {"canal": Decimal(said.get("canal", 120)), "quiet": Decimal(4)}
    part = BEGUN.then(taking(said.get("paid", 400_000)))
    payments = said.get("expected_payments", 950_000)
    asked = filling(expected_values=values, expected_payments=payments, cannot_run=said.get("cannot_run", False))
    passed = part.then(asked, PASS).events[-1]
    assert isinstance(passed, RoundPartPassed)
    assert (passed.proposal, passed.severity, passed.budget) == (kind, severity, budget)


def test_a_cut_that_would_leave_nothing_is_a_stop() -> None:
    unpaid = Played("part", (APPROVED,)).then(taking(paid=0), filling(expected_payments=0), PASS).events[-1]
    assert isinstance(unpaid, RoundPartPassed)
    assert (unpaid.proposal, unpaid.severity, unpaid.budget) == ("stop", "far-behind", 0)


def test_a_serious_finding_is_a_ground_to_suspend() -> None:
    serious = reported("2026-07", date(2026, 8, 2), 2, serious_problem="工程停工")
    part = replace(BEGUN, events=(*BEGUN.events, serious)).then(taking(), filling(), PASS)
    passed = part.events[-1]
    assert isinstance(passed, RoundPartPassed)
    assert (passed.proposal, passed.grounds) == ("suspend", (Ground(measure="finding", level="suspend"),))


FEN = st.integers(min_value=0, max_value=10**13)


@any_of(budget=FEN, paid=FEN, expected=FEN, severity=st.sampled_from(POLICY.severities))
def test_a_budget_after_a_proposal_is_never_raised_and_never_below_what_is_paid(
    budget: int, paid: int, expected: int, severity: Any
) -> None:
    after = budget_after(severity, budget, paid, expected)
    assert min(paid, budget) <= after <= budget


@any_of(budget=FEN, paid=FEN, expected=FEN)
def test_a_graver_severity_never_leaves_more(budget: int, paid: int, expected: int) -> None:
    cuts = [each for each in POLICY.severities if each.proposal in ("cut", "stop")]
    left = [budget_after(each, budget, paid, expected) for each in cuts]
    assert left == sorted(left, reverse=True)


@any_of(paid=FEN, expected=FEN, canal=st.decimals(0, 500, places=2), cannot_run=st.booleans())
def test_the_proposal_follows_from_the_events_alone_and_gets_no_milder_when_it_cannot_be_run(
    paid: int, expected: int, canal: Decimal, cannot_run: bool
) -> None:
    values = {"canal": canal, "quiet": Decimal(4)}
    said = filling(expected_values=values, expected_payments=expected, cannot_run=cannot_run)
    *_, taken, filled, passed = BEGUN.then(taking(paid), said, PASS).events
    assert isinstance(taken, TakenIntoRound) and isinstance(filled, RoundPartFilled)
    assert isinstance(passed, RoundPartPassed)
    read = TakenIntoRound.model_validate_json(taken.model_dump_json())
    again = propose(read, RoundPartFilled.model_validate_json(filled.model_dump_json()), POLICY)
    assert (again.kind, again.severity, again.budget) == (passed.proposal, passed.severity, passed.budget)
    hopeless = propose(taken, filled.model_copy(update={"cannot_run": True}), POLICY)
    assert KINDS.index(hopeless.kind) >= KINDS.index(again.kind)


@pytest.mark.parametrize(
    "severity",
    [
        {"id": "a", "proposal": "cut", "any": [{"measure": "cannot_run"}]},
        {"id": "a", "proposal": "stop", "cut": "10", "any": [{"measure": "cannot_run"}]},
        {"id": "a", "proposal": "stop", "any": [{"measure": "cannot_run", "below": "1"}]},
        {"id": "a", "proposal": "stop", "any": [{"measure": "execution"}]},
        {"id": "a", "proposal": "stop", "any": []},
        {"id": "cannot-run", "proposal": "keep", "any": [{"measure": "cannot_run"}]},
        {"id": "after", "proposal": "keep", "any": [{"measure": "cannot_run"}]},
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(severity: dict[str, Any]) -> None:
    raw = POLICY.model_dump(mode="json")
    said = {"source": "某文", "title": {"zh": "甲", "en": "A"}, **severity}
    with pytest.raises(ValidationError):
        MidTermPolicy.model_validate({**raw, "severities": [*raw["severities"], said]})
