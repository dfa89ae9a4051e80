"""A deviation is dismissed with a reason: it counts as dealt with until its rule is found graver, or anew."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.decision import Refusal
from contracts.monitoring import DeviationDetected, MonthFinding, SuspensionRecommended
from services.monitoring.domain.corrections import OrderCorrection
from services.monitoring.domain.deviations import DismissDeviation
from services.monitoring.domain.events import DeviationDismissed
from services.monitoring.domain.refusals import (
    DeviationAlreadyDismissed,
    DeviationClosed,
    DeviationUnknown,
    GoalNotApproved,
)
from tests.domain.monitoring.examples import APPROVED, ID, MEASURE, Told, given, judge_month, judged, reported
from tests.domain.monitoring.test_months import deviated, recommended

TODAY = date(2026, 6, 15)
MISMATCH = "2026-05/mismatch"
FOUND = (judged("2026-05", findings={"mismatch": "suspend"}), deviated("2026-05", "mismatch", "suspend"))
DISMISS = DismissDeviation(**ID, deviation=MISMATCH, reason="合同约定完工后一次支付", document="县财绩〔2026〕5号")
DISMISSED = DeviationDismissed(
    **ID,
    deviation=MISMATCH,
    rule="mismatch",
    level="suspend",
    reason=DISMISS.reason,
    document=DISMISS.document,
    dismissed_by="赵强 (official, finance)",
    dismissed_on=TODAY,
)


def test_an_official_dismisses_a_deviation_with_a_reason() -> None:
    given(APPROVED, *FOUND).when(DISMISS).then(DISMISSED)


@pytest.mark.parametrize(
    ("past", "command", "refusal"),
    [
        ((), DISMISS, GoalNotApproved("CS-1", 2026)),
        ((APPROVED,), DISMISS, DeviationUnknown("CS-1", (MISMATCH,))),
        ((APPROVED, *FOUND, judged("2026-05", 2)), DISMISS, DeviationClosed("CS-1", (MISMATCH,))),
        (
            (APPROVED, *FOUND, DISMISSED),
            DismissDeviation(**ID, deviation=MISMATCH, reason="另一理由"),
            DeviationAlreadyDismissed("CS-1", (MISMATCH,)),
        ),
        (
            (APPROVED, *FOUND, DISMISSED),
            OrderCorrection(**ID, deviations=(MISMATCH,), measure=MEASURE, reason="落后"),
            DeviationAlreadyDismissed("CS-1", (MISMATCH,)),
        ),
    ],
)
def test_what_is_not_open_is_not_dismissed(past: tuple[object, ...], command: object, refusal: Refusal) -> None:
    given(*past).when(command).refused(refusal)  # type: ignore[arg-type]


def test_a_dismissal_sets_the_recommendation_aside_that_rested_on_it_alone() -> None:
    def resting(*rules: str) -> SuspensionRecommended:
        grounds = tuple(MonthFinding(rule=rule, level="suspend") for rule in rules)
        return recommended(SuspensionRecommended, "2026-05").model_copy(update={"grounds": grounds})

    standing, both = resting("mismatch"), resting("mismatch", "serious-problem")
    (alone,) = given(APPROVED, *FOUND, standing).when(DISMISS).then_kinds(DeviationDismissed)
    assert alone.sets_aside == "suspend"
    other = deviated("2026-05", "serious-problem", "suspend")
    (beside,) = given(APPROVED, *FOUND, other, both).when(DISMISS).then_kinds(DeviationDismissed)
    assert beside.sets_aside == "none"
    second = DismissDeviation(**ID, deviation="2026-05/serious-problem", reason="已排除")
    (last,) = given(APPROVED, *FOUND, other, both, beside).when(second).then_kinds(DeviationDismissed)
    assert last.sets_aside == "suspend"


def test_what_was_dismissed_is_not_recommended_again_until_it_is_graver_or_anew() -> None:
    low = reported("2026-06", date(2026, 7, 9), expected="low", values={})
    found = (judged("2026-05", findings={"expected-low": "suspend"}), deviated("2026-05", "expected-low", "suspend"))
    dismissal = DISMISSED.model_copy(update={"deviation": "2026-05/expected-low", "rule": "expected-low"})
    closing = judge_month("2026-06", close=True)

    def kinds(told: Told) -> list[str]:
        outcome = told.on(date(2026, 7, 11)).when(closing)
        assert not isinstance(outcome.result, Refusal)
        return [type(event).__name__ for event in outcome.result]

    assert "SuspensionRecommended" in kinds(given(APPROVED, low, *found))
    assert "SuspensionRecommended" not in kinds(given(APPROVED, low, *found, dismissal))
    anew = given(APPROVED, low, *found, dismissal, judged("2026-05", 2)).on(date(2026, 7, 11)).when(closing)
    assert not isinstance(anew.result, Refusal)
    assert [event.rule for event in anew.result if isinstance(event, DeviationDetected)][-1] == "expected-low"
    assert any(isinstance(event, SuspensionRecommended) for event in anew.result)
