"""A correction that rests on nothing any more is withdrawn with the dismissal: its clock stops, and nobody has to answer it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.monitoring.domain.corrections import AnswerCorrection, MarkOverdue
from services.monitoring.domain.decider import Command
from services.monitoring.domain.deviations import DismissDeviation
from services.monitoring.domain.events import CorrectionWithdrawn, DeviationDismissed
from services.monitoring.domain.refusals import CorrectionAlreadyWithdrawn, DeviationAlreadyDismissed
from tests.domain.monitoring.examples import APPROVED, ID, RULES, given, judged
from tests.domain.monitoring.test_corrections import RETURN
from tests.domain.monitoring.test_months import STOPPED, deviated
from tests.domain.monitoring.test_project import ACCEPT, ACCEPTED, ANSWER, ANSWERED, BEHIND, ORDER, ORDERED

TODAY = date(2026, 6, 15)
DISMISS = DismissDeviation(**ID, deviation="2026-05/behind-goal", reason="汛期顺延已批准", document="县财绩〔2026〕5号")
WITHDRAWN = CorrectionWithdrawn(
    **ID,
    order=1,
    deviation=DISMISS.deviation,
    reason=DISMISS.reason,
    document=DISMISS.document,
    withdrawn_by="赵强 (official, finance)",
    withdrawn_on=TODAY,
)
SLOW = deviated("2026-05", "slow-execution", "warning")
BOTH = ORDERED.model_copy(update={"deviations": ("2026-05/behind-goal", "2026-05/slow-execution")})
PAST = (APPROVED, *BEHIND, ORDERED)


@pytest.mark.parametrize("answered", [(), (ANSWERED,)])
def test_the_order_that_followed_is_withdrawn_with_the_reason(answered: tuple[object, ...]) -> None:
    told = given(*PAST, *answered).when(DISMISS)  # type: ignore[arg-type]
    _, withdrawn = told.then_kinds(DeviationDismissed, CorrectionWithdrawn)
    assert withdrawn == WITHDRAWN


def test_what_was_answered_and_accepted_stays_as_it_is() -> None:
    given(*PAST, ANSWERED, ACCEPTED).when(DISMISS).then_kinds(DeviationDismissed)


def test_an_order_that_rests_on_another_deviation_too_stands_until_that_is_dismissed_or_over() -> None:
    two = given(APPROVED, *BEHIND, SLOW, BOTH).when(DISMISS)
    two.then_kinds(DeviationDismissed)
    other = replace(DISMISS, deviation="2026-05/slow-execution")
    two.and_so().when(other).then_kinds(DeviationDismissed, CorrectionWithdrawn)
    over = judged("2026-05", 2, findings={"behind-goal": "warning"})
    given(APPROVED, *BEHIND, SLOW, BOTH, over).when(DISMISS).then_kinds(DeviationDismissed, CorrectionWithdrawn)


def test_an_order_stands_while_its_rule_is_found_graver() -> None:
    graver = deviated("2026-06", "behind-goal", "suspend")
    told = given(APPROVED, *BEHIND, ORDERED, graver).when(DISMISS)
    told.then_kinds(DeviationDismissed)
    told.and_so().when(replace(DISMISS, deviation="2026-06/behind-goal")).then_kinds(
        DeviationDismissed, CorrectionWithdrawn
    )


def test_an_order_on_other_grounds_and_one_of_a_stopped_project_are_left_alone() -> None:
    slow = ORDERED.model_copy(update={"deviations": ("2026-05/slow-execution",)})
    given(APPROVED, *BEHIND, SLOW, slow).when(DISMISS).then_kinds(DeviationDismissed)
    given(*PAST, STOPPED).when(DISMISS).then_kinds(DeviationDismissed)


@pytest.mark.parametrize("command", [ANSWER, replace(ANSWER, text="再答"), ACCEPT, RETURN])
def test_a_withdrawn_order_is_neither_answered_nor_judged(command: Command) -> None:
    past = given(*PAST, ANSWERED if command is not ANSWER else SLOW, WITHDRAWN)
    past.when(command).refused(CorrectionAlreadyWithdrawn("CS-1", 1))


def test_its_deadline_passes_unnoticed() -> None:
    given(*PAST, WITHDRAWN).on(date(2026, 7, 20)).when(MarkOverdue(**ID, order=1, rules=RULES)).then()


def test_the_same_order_again_is_an_order_of_its_own() -> None:
    dismissed = given(*PAST).when(DISMISS).and_so()
    dismissed.when(ORDER).refused(DeviationAlreadyDismissed("CS-1", ("2026-05/behind-goal",)))
    anew = given(*dismissed.events, deviated("2026-05", "behind-goal", "suspend"))
    (ordered,) = anew.when(ORDER).then_kinds(type(ORDERED))
    assert ordered.order == 2
    answer = AnswerCorrection(**ID, order=2, text="已追上")
    given(*anew.events, ordered).when(answer).and_so()
