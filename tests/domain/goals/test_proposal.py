"""What a round of monitoring proposed becomes an application, and finance decides on it as on every other."""

from __future__ import annotations

from datetime import date

from contracts.goals import GoalAdjusted
from contracts.monitoring import BudgetChangeProposed, MonthFinding
from services.goals.domain.adjustment import AdjustmentApplied, GoalsAndBudget, TakeProposal
from tests.domain.goals.scenario import CANAL, FARMERS, FINANCE, PROJECT, RULES, YEAR, YIELD, given, submitted
from tests.domain.goals.test_adjustment import APPROVE, APPROVED, REJECT, REJECTED, STOPPED, adjusted, applied

PROPOSED = BudgetChangeProposed(
    project=PROJECT,
    year=YEAR,
    round="2026-08",
    kind="august",
    previous_budget=480_000_000,
    budget=340_000_000,
    policy="mid-term-1@1",
    severity="behind",
    grounds=(MonthFinding(rule="behind-goal", level="warning"),),
    reason="年内确实用不完",
    document="县财预〔2026〕35号",
    proposed_by="赵强 (official, finance)",
    proposed_on=date(2026, 8, 25),
)
TAKE = TakeProposal(PROJECT, YEAR, rules=RULES)
TAKEN = AdjustmentApplied(
    project=PROJECT,
    year=YEAR,
    adjustment=1,
    cause="mid_term",
    reason="年内确实用不完",
    asked=GoalsAndBudget(budget=340_000_000, annual=(CANAL, YIELD, FARMERS)),
    rules=RULES.reference,
    findings=(),
    applied_by="赵强 (official, finance)",
    round="2026-08",
)


def test_it_is_applied_for_with_the_goals_in_force() -> None:
    given(*APPROVED, PROPOSED).when(TAKE).then(TAKEN)


def test_once() -> None:
    given(*APPROVED, PROPOSED, TAKEN).when(TAKE).nothing()
    given(*APPROVED).when(TAKE).nothing()


def test_what_a_later_round_proposes_takes_the_place_of_what_still_waits() -> None:
    later = PROPOSED.model_copy(update={"round": "2026-10", "budget": 300_000_000})
    asked = TAKEN.asked.model_copy(update={"budget": 300_000_000})
    given(*APPROVED, PROPOSED, later).when(TAKE).then(TAKEN.model_copy(update={"round": "2026-10", "asked": asked}))


def test_it_waits_behind_an_application_and_follows_its_decision() -> None:
    given(*APPROVED, applied(), PROPOSED).when(TAKE).nothing()
    second = TAKEN.model_copy(update={"adjustment": 2})
    given(*APPROVED, applied(), PROPOSED, REJECTED).when(TAKE).then(second)


def test_where_nothing_is_left_to_change_nothing_is_applied_for() -> None:
    given(*APPROVED, PROPOSED, STOPPED).when(TAKE).nothing()
    same = PROPOSED.model_copy(update={"budget": 520_000_000})
    given(*APPROVED, applied(), adjusted(), same).when(TAKE).nothing()
    given(submitted(), PROPOSED).when(TAKE).nothing()


def test_a_rejection_names_the_round_that_proposed_it() -> None:
    rejected = REJECTED.model_copy(update={"round": "2026-08", "rejected_on": date(2026, 9, 10)})
    given(*APPROVED, PROPOSED, TAKEN).when(REJECT, day=date(2026, 9, 10)).then(rejected)


def test_finance_decides_it_by_the_procedure_of_the_budget() -> None:
    given(*APPROVED, PROPOSED, TAKEN).when(APPROVE, day=date(2026, 9, 10)).then(
        GoalAdjusted(
            project=PROJECT,
            year=YEAR,
            adjustment=1,
            cause="mid_term",
            reason="年内确实用不完",
            previous_budget=480_000_000,
            budget=340_000_000,
            adjusted_on=date(2026, 9, 10),
            document=APPROVE.document,
            annual=(CANAL, YIELD, FARMERS),
            adjusted_by=str(FINANCE),
        )
    )
