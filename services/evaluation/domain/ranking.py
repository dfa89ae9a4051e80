"""From totals to ranks, advanced places and what follows (考核等次, 方案篇五).

Rank is within the class, equal totals share it (1, 2, 2, 4). Advanced (先进) is a number of places by class, given from the highest total
down to units that are qualified, not barred, and at the class's threshold. The plan knows no tie-break: where more units are equal
than places are left, all of them are `undecided`, and people decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from contracts.decision import Refusal
from services.evaluation.domain import refusals
from services.evaluation.domain.schemes import AdvancedRule, CountyScheme

ADVANCED, QUALIFIED, UNQUALIFIED, UNDECIDED = "advanced", "qualified", "unqualified", "undecided"


@dataclass(frozen=True, slots=True)
class Contender:
    """A unit with its rounded total; barred from advanced (不得评为先进); derelict (失职渎职, found and approved)."""

    id: str
    unit_class: str
    total: Decimal
    barred: bool = False
    derelict: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a unit comes to: rank in its class, grade, and what the plan prescribes for it (None: nothing)."""

    rank: int
    grade: str
    consequence: str | None = None


def rank(contenders: Sequence[Contender], scheme: CountyScheme, places: Mapping[str, int]) -> dict[str, Standing]:
    """The standing of every contender by id; `places` must have passed `fault_of_places`."""
    standings: dict[str, Standing] = {}
    for unit_class in dict.fromkeys(contender.unit_class for contender in contenders):
        own = [contender for contender in contenders if contender.unit_class == unit_class]
        rule = scheme.classes[unit_class].advanced
        free = places_of(len(own), rule, places.get(unit_class))
        standings |= _ranked(own, scheme.qualified, rule.at_least, free)
    last = _last_of_daily_units(contenders, scheme)
    return {
        contender.id: replace(
            standings[contender.id],
            consequence=consequence(contender, standings[contender.id].grade, contender.id in last, scheme),
        )
        for contender in contenders
    }


def places_of(members: int, rule: AdvancedRule, decided: int | None) -> int:
    """How many of a class's `members` may be advanced: what people decided, else the class's share of them, half-up."""
    if decided is not None or rule.share is None:
        return decided or 0
    return int(Fraction(rule.share) * members + Fraction(1, 2))


def consequence(contender: Contender, grade: str, among_last: bool, scheme: CountyScheme) -> str | None:
    """What follows from a result, the gravest first (考核结果运用): dereliction, the last places, then the grade."""
    rules = scheme.consequences
    if contender.derelict:
        return rules.dereliction
    if grade == UNQUALIFIED and among_last:
        return rules.last.consequence
    return consequence_of_grade(grade, contender.unit_class, scheme)


def consequence_of_grade(grade: str, unit_class: str, scheme: CountyScheme) -> str | None:
    """What follows from a grade alone, for a class; None where nothing does."""
    by_class = scheme.consequences.grades.get(grade, {})
    return by_class.get(unit_class, by_class.get("other"))


def fault_of_places(members: Mapping[str, int], places: Mapping[str, int], scheme: CountyScheme) -> Refusal | None:
    """Places are of classes that the scheme knows, within what it allows, and decided where it leaves the number to people."""
    for unit_class, number in places.items():
        fault = fault_of_number(unit_class, number, scheme)
        if fault is not None:
            return fault
    for unit_class in members:
        rule = scheme.classes[unit_class].advanced
        if rule.share is None and unit_class not in places:
            return refusals.PlacesNotDecided(unit_class, rule.least, rule.most or rule.least)
    return None


def fault_of_number(unit_class: str, number: int, scheme: CountyScheme) -> Refusal | None:
    """A number of places lies within what the scheme allows for the class."""
    of = scheme.classes.get(unit_class)
    if of is None:
        return refusals.ClassUnknown("advanced", unit_class)
    most = max(number, of.advanced.least) if of.advanced.most is None else of.advanced.most
    return (
        None
        if of.advanced.least <= number <= most
        else refusals.PlacesOutOfRange(unit_class, number, of.advanced.least, most)
    )


def _ranked(own: Sequence[Contender], qualified: Decimal, threshold: Decimal, places: int) -> dict[str, Standing]:
    """Ranks and grades of one class."""
    advanced, undecided = _places_given([c for c in own if _is_eligible(c, qualified, threshold)], places)
    standings: dict[str, Standing] = {}
    for contender in own:
        above = sum(other.total > contender.total for other in own)
        if contender.id in advanced:
            grade = ADVANCED
        elif contender.id in undecided:
            grade = UNDECIDED
        else:
            grade = QUALIFIED if _is_qualified(contender, qualified) else UNQUALIFIED
        standings[contender.id] = Standing(above + 1, grade)
    return standings


def _places_given(eligible: Sequence[Contender], places: int) -> tuple[set[str], set[str]]:
    """Down the list by total while places are left: who is advanced, and who is equal with more than there are places for."""
    advanced: set[str] = set()
    down = sorted(eligible, key=lambda contender: contender.total, reverse=True)
    for _, equals in groupby(down, key=lambda contender: contender.total):
        ids = {contender.id for contender in equals}
        left = places - len(advanced)
        if left < 1:
            break
        if len(ids) > left:
            return advanced, ids
        advanced |= ids
    return advanced, set()


def _is_qualified(contender: Contender, qualified: Decimal) -> bool:
    return contender.total >= qualified and not contender.derelict


def _is_eligible(contender: Contender, qualified: Decimal, threshold: Decimal) -> bool:
    return _is_qualified(contender, qualified) and not contender.barred and contender.total >= threshold


def _last_of_daily_units(contenders: Sequence[Contender], scheme: CountyScheme) -> set[str]:
    """The last places of the daily units; units equal with the best of them are among them."""
    daily = sorted((c for c in contenders if scheme.classes[c.unit_class].daily), key=lambda contender: contender.total)
    if not daily:
        return set()
    line = daily[: scheme.consequences.last.places][-1].total
    return {contender.id for contender in daily if contender.total <= line}
