"""Gaps in a source's own numbering: numbers that have not come although later ones have.

A source numbers its vouchers itself (`sequence`), rising; so a voucher that never arrived shows as a hole, even where nobody sends a
statement to compare with. Vouchers of one source travel on several partitions and overtake each other, so a hole is looked at for a
while before it counts: GAP_AFTER from the moment at which it was first seen. What lies before the lowest number that has come is no gap:
monitoring may have begun in the middle of a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

GAP_AFTER = timedelta(minutes=10)
"""How long a number is waited for: several times what the intake needs to make up for a restart, and short enough that somebody can
still ask for it the same morning."""

Range = tuple[int, int]
"""First and last number, both included."""


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Numbers that are missing, and since when they have been seen missing."""

    first: int
    last: int
    since: datetime


def holes(seen: Iterable[Range]) -> list[Range]:
    """What lies between ranges of numbers that have come, sorted and without overlaps."""
    found: list[Range] = []
    before: int | None = None
    for first, last in seen:
        if before is not None and first > before + 1:
            found.append((before + 1, first - 1))
        before = last
    return found


def observe(known: Sequence[Gap], missing: Sequence[Range], now: datetime) -> list[Gap]:
    """The gaps as they are now. One that became smaller, or fell in two, has been missing as long as the one that it was a part of."""
    found: list[Gap] = []
    place = 0
    for first, last in missing:
        while place < len(known) and known[place].last < first:
            place += 1
        was = known[place] if place < len(known) and known[place].first <= last else None
        found.append(Gap(first, last, was.since if was else now))
    return found


def lasting(since: datetime, now: datetime) -> bool:
    """Whether what has been missing since then counts as a gap now."""
    return now - since >= GAP_AFTER


def within(gap: Gap, explained: Iterable[Range]) -> bool:
    """Whether all of a gap was explained: what is left of an explained gap when some of its numbers come, is."""
    return any(first <= gap.first and gap.last <= last for first, last in explained)
