"""Gaps in a source's own numbering: which numbers are missing, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.gaps import GAP_AFTER, Gap, holes, lasting, observe

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=3)
NUMBERS = st.sets(st.integers(1, 60), min_size=1)


def ranges(numbers: set[int]) -> list[tuple[int, int]]:
    """Numbers as ranges, the plain way."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def test_what_lies_between_the_lowest_and_the_highest_is_missing() -> None:
    assert holes([(5, 6), (8, 10), (20, 20)]) == [(7, 7), (11, 19)]
    assert holes([(5, 6)]) == holes([]) == []


def test_a_gap_keeps_its_beginning_while_it_fills() -> None:
    known = observe([], [(7, 7), (11, 19)], NOON)
    assert known == [Gap(7, 7, NOON), Gap(11, 19, NOON)]
    assert observe(known, [(11, 12), (14, 19), (21, 30)], LATER) == [
        Gap(11, 12, NOON),
        Gap(14, 19, NOON),
        Gap(21, 30, LATER),
    ]


@given(NUMBERS, NUMBERS)
def test_a_number_is_in_a_gap_exactly_while_it_is_missing(come: set[int], more: set[int]) -> None:
    first = observe([], holes(ranges(come)), NOON)
    after = observe(first, holes(ranges(come | more)), LATER)
    missing = {number for gap in after for number in range(gap.first, gap.last + 1)}
    everything = come | more
    assert missing == set(range(min(everything), max(everything))) - everything
    longer = {number for gap in first for number in range(gap.first, gap.last + 1)}
    for gap in after:
        assert gap.since == (NOON if gap.first in longer else LATER)
        assert {number in longer for number in range(gap.first, gap.last + 1)} == {gap.first in longer}


def test_what_may_still_be_on_its_way_is_no_gap_yet() -> None:
    assert not lasting(NOON, LATER)
    assert lasting(NOON, NOON + GAP_AFTER)
