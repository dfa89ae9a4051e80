"""A project at a threshold that goes to and fro is told once, not ten times: deviations and recommendations over random walks."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from contracts.event import Event
from contracts.monitoring import DeviationDetected, StopRecommended, SuspensionRecommended
from services.monitoring.domain.events import DeviationDismissed, DeviationReopened
from services.monitoring.domain.rules import gravity
from tests.domain.monitoring.examples import APPROVED, RULES, Told, judge_month, reported, resumed_at
from tests.domain.monitoring.test_months import SUSPENDED

CLOSED = date(2026, 7, 11)
HALF = reported("2026-06", date(2026, 7, 5))
"""Attainment 75.00: a mismatch is a notice from 90 percent paid, a warning from 105, a suspension from 125."""
FOLLOW_UP = RULES.follow_up
STEPS = st.lists(st.tuples(st.integers(0, 9), st.integers(-60_000, 60_000), st.booleans()), min_size=5, max_size=60)


def walked(steps: list[tuple[int, int, bool]], start: int) -> list[tuple[date, Event]]:
    """June is closed and then judged again as its payments go to and fro; now and then somebody suspends and resumes."""
    told = Told((APPROVED, HALF), CLOSED)
    happened: list[tuple[date, Event]] = []
    paid, day, close = start, CLOSED, True
    for days, change, answered in steps:
        day, paid = day + timedelta(days=days), paid + change
        events = told.on(day).when(judge_month("2026-06", paid, close=close)).result
        assert isinstance(events, tuple)
        told, close = Told((*told.events, *events)), False
        happened += [(day, event) for event in events]
        if answered and told.state.standing != "none":
            told = Told((*told.events, SUSPENDED, resumed_at(day)))
    return happened


@settings(max_examples=60, deadline=None)
@over(STEPS, st.sampled_from([890_000, 900_000, 1_050_000, 1_250_000]))
def test_the_same_deviation_is_not_told_twice_within_the_days_of_the_rules(
    steps: list[tuple[int, int, bool]], start: int
) -> None:
    told: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for day, event in walked(steps, start):
        if isinstance(event, DeviationDetected):
            for before, level in told[event.rule]:
                if (day - before).days <= FOLLOW_UP.same_again_days:
                    assert gravity(event.level) > level, f"{event.rule} told on {before} and on {day}"
            told[event.rule].append((day, gravity(event.level)))


@settings(max_examples=60, deadline=None)
@over(STEPS, st.sampled_from([1_100_000, 1_240_000, 1_250_000]))
def test_nothing_is_recommended_twice_within_the_days_of_the_rules(
    steps: list[tuple[int, int, bool]], start: int
) -> None:
    made: list[tuple[date, int]] = []
    for day, event in walked(steps, start):
        if isinstance(event, SuspensionRecommended | StopRecommended):
            level = gravity("stop" if isinstance(event, StopRecommended) else "suspend")
            for before, earlier in made:
                assert level > earlier or (day - before).days >= FOLLOW_UP.recommended_again_days
            made.append((day, level))


def test_to_and_fro_over_a_month_brings_one_notice() -> None:
    steps = [(1, 20_000 if number % 2 else -20_000, False) for number in range(40)]
    happened = [event for _, event in walked(steps, 910_000)]
    notices = [event for event in happened if isinstance(event, DeviationDetected) and event.rule == "mismatch"]
    again = [event for event in happened if isinstance(event, DeviationReopened) and event.rule == "mismatch"]
    assert len(notices) == 1
    assert len(again) == 19
    assert {event.deviation for event in again} == {notices[0].deviation}


def test_what_comes_back_after_the_days_of_the_rules_is_told_anew_and_what_is_graver_at_once() -> None:
    quiet = FOLLOW_UP.same_again_days
    late = [(0, 0, False), (1, -20_000, False), (quiet + 1, 20_000, False)]
    soon = [(0, 0, False), (1, -20_000, False), (quiet, 20_000, False)]
    graver = [(0, 0, False), (1, -20_000, False), (1, 170_000, False)]

    def mismatches(steps: list[tuple[int, int, bool]]) -> list[str]:
        events = [event for _, event in walked(steps, 900_000)]
        return [event.level for event in events if isinstance(event, DeviationDetected) and event.rule == "mismatch"]

    assert mismatches(late) == ["notice", "notice"]
    assert mismatches(soon) == ["notice"]
    assert mismatches(graver) == ["notice", "warning"]


def test_a_dismissal_holds_for_what_is_the_same_again() -> None:
    day = CLOSED
    found = Told((APPROVED, HALF), day).when(judge_month("2026-06", 900_000, close=True)).and_so()
    dismissed = DeviationDismissed(
        project="CS-1", year=2026, deviation="2026-06/mismatch", rule="mismatch", level="notice", reason="r",
        dismissed_by="赵强", dismissed_on=day,
    )  # fmt: skip
    over_ = Told((*found.events, dismissed), day + timedelta(days=2)).when(judge_month("2026-06", 880_000)).and_so()
    again = over_.on(day + timedelta(days=4)).when(judge_month("2026-06", 900_000)).and_so()
    deviation = again.state.open_deviation("mismatch")
    assert deviation is not None
    assert deviation.dismissal == ("r", None)
