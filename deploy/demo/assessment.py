"""What the county assessment of the 48 units rests on (方案篇五): targets, actuals, marks, surveys, bonuses, penalties.

Each unit has a strength; the figures follow it. By design: in the departments' class one unit that would be advanced is barred, and two
units are equal where one place is left, so that people decide; one town is unqualified by dereliction, two departments by their score.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from deploy.demo.data import read
from deploy.demo.facts import Addition, Target, Unit, UnitYear

HALVES = ("mid_term", "year_end")
MONTHS = tuple(f"{month:02d}" for month in range(1, 13))
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
CENT = Decimal("0.01")

STRONG, LEVEL, MIDDLING, WEAK = "strong", "level", "middling", "weak"
_TOWNS = {"town-01": STRONG, "town-06": STRONG, "town-07": WEAK}
_RESTORATION = {f"restoration-{n:02d}": STRONG for n in (1, 3, 4, 6, 8)}
_DEPARTMENTS = {f"department-{n:02d}": STRONG for n in (2, 3, 9, 14, 15, 18, 22, 26)} | {
    "department-12": LEVEL, "department-17": LEVEL, "department-05": WEAK, "department-31": WEAK,
}  # fmt: skip
STRENGTHS = _TOWNS | _RESTORATION | _DEPARTMENTS
BARRED, DERELICT = "department-09", "town-04"
CHOSEN, PASSED_OVER = "department-12", "department-17"

# How far targets are reached, leaders' marks as a share of their range, and satisfied respondents: from, to.
_RANGES: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    STRONG: ((0.975, 1.06), (0.95, 0.995), (0.955, 0.99)),
    LEVEL: ((0.95, 0.98), (0.90, 0.93), (0.94, 0.965)),
    MIDDLING: ((0.80, 0.96), (0.78, 0.90), (0.84, 0.93)),
    WEAK: ((0.38, 0.52), (0.40, 0.55), (0.50, 0.70)),
}


def assessment(units: Iterable[Unit], seed: int) -> tuple[UnitYear, ...]:
    """The year of every unit, in the order of the units."""
    made = {unit.code: _year(unit, seed) for unit in units}
    equal = made[CHOSEN]
    made[CHOSEN] = replace(equal, bonuses=(), penalties=(), tie="chosen")
    made[PASSED_OVER] = replace(made[CHOSEN], unit=made[PASSED_OVER].unit, tie="passed-over")
    return tuple(made.values())


def periods(unit: Unit) -> tuple[str, ...]:
    """The periods of a unit's class: halves of the year, or months."""
    return MONTHS if unit.unit_class == "restoration" else HALVES


def _year(unit: Unit, seed: int) -> UnitYear:
    rng = Random(f"{seed}/assessment/{unit.code}")
    reach, mark, satisfied = _RANGES[STRENGTHS.get(unit.code, MIDDLING)]
    county = read("county.toml")
    marks_of = 30 if unit.unit_class == "restoration" else 10
    restoration = unit.unit_class == "restoration"
    return UnitYear(
        unit=unit,
        indicators={name: _targets(county, unit, name, reach, rng) for name in periods(unit)},
        marks={name: _marks(county["people"]["leaders"], mark, marks_of, rng) for name in periods(unit)},
        satisfaction={name: _cent(rng.uniform(*satisfied)) for name in QUARTERS}
        if unit.unit_class == "department"
        else {},
        bonuses=() if restoration else _bonuses(unit, rng),
        penalties=() if restoration else _penalties(unit, rng),
        barred="security_yellow_card" if unit.code == BARRED else None,
        dereliction="县监委〔2026〕17号" if unit.code == DERELICT else None,
    )


def _targets(
    county: dict[str, Any], unit: Unit, name: str, reach: tuple[float, float], rng: Random
) -> tuple[Target, ...]:
    rows = county["assessment"][unit.unit_class]
    chosen = rng.sample(rows, 3)
    return tuple(
        _target(row, Decimal(weight), rng.uniform(*reach), rng)
        for row, weight in zip(chosen, county["assessment"]["weights"], strict=True)
    )


def _target(row: list[str], weight: Decimal, reach: float, rng: Random) -> Target:
    name, title, unit, direction = row
    target = _cent(rng.uniform(40, 900))
    factor = Decimal(f"{reach:.6f}")
    actual = target * factor if direction == "at_least" else target / factor
    return Target(name, f"{title}（{unit}）", weight, direction, target, actual.quantize(CENT))


def _marks(leaders: list[str], share: tuple[float, float], most: int, rng: Random) -> dict[str, Decimal]:
    present = leaders if rng.random() < 0.6 else leaders[:2]
    return {leader: _cent(most * rng.uniform(*share)) for leader in present}


def _bonuses(unit: Unit, rng: Random) -> tuple[Addition, ...]:
    """Few have one; some claims do not count: without a document, or never confirmed."""
    if STRENGTHS.get(unit.code) == WEAK or rng.random() > 0.35:
        return ()
    kind = rng.choice(
        (
            Addition("honour", "commendation", level="city", document="市委〔2026〕9号"),
            Addition("praise", "department_commendation", level="province", document="省厅〔2026〕31号"),
            Addition("claim", "department_commendation", level="city", document=None, confirmed=False),
            Addition("open", "commendation", level="city", document="市政府〔2026〕12号", confirmed=False),
            Addition("pilot", "decision", points=Decimal("1.50"), document="县委会议纪要〔2026〕4号"),
        )
    )
    if STRENGTHS.get(unit.code) == STRONG:
        return (kind,)
    return (replace(kind, level="city"),) if kind.reason == "department_commendation" else ()


def _penalties(unit: Unit, rng: Random) -> tuple[Addition, ...]:
    if STRENGTHS.get(unit.code) in (STRONG, LEVEL) or rng.random() > 0.3:
        return ()
    return (
        rng.choice(
            (
                Addition("criticism", "criticism", level="county", document="县政府通报〔2026〕3号"),
                Addition("complaint", "complaint", document="营商环境投诉〔2026〕21号", verified=True),
                Addition("hearsay", "complaint", document="营商环境投诉〔2026〕34号", verified=False),
                Addition("accountability", "accountability", document="县监委〔2026〕8号"),
            )
        ),
    )


def _cent(value: float) -> Decimal:
    return Decimal(f"{value:.2f}")
