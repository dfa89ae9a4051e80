"""The demo's own scores: projects under mof-2020-10, mof-2021-101 and plan 3, units under plan 5, from the written definitions alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from deploy.demo.data import read
from deploy.demo.facts import Addition, Indicator, Judged, Target, UnitYear
from deploy.demo.judging import cents, points, share

MOST = {"town": 90, "department": 60, "restoration": 70}
"""Points that indicators can reach in each class (方案篇五)."""
_COMMENDATION = {"city": 2, "province": 3, "central": 4}
_DEPARTMENT_COMMENDATION = {"city": 1, "province": 2, "central": 3}
_DIMENSIONS = {
    "mof-2020-10": ("output", "benefit", "satisfaction"),
    "plan3": ("output", "benefit", "satisfaction"),
    "mof-2021-101": ("cost", "output", "benefit", "satisfaction"),
}
_CRITICISM = {"province": "2", "city": "1", "county": "0.5"}


@dataclass(frozen=True, slots=True)
class ProjectScore:
    """A project's self-evaluation: points by part, total, grade."""

    parts: dict[str, Decimal]
    total: Decimal
    grade: str


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's assessment: parts, total, grade, rank within its class."""

    indicator: Decimal
    public: Decimal | None
    leaders: Decimal
    bonus: Decimal
    penalty: Decimal
    total: Decimal
    grade: str
    rank: int


def score_project(
    budget: int, paid: int, indicators: Iterable[Indicator], values: dict[str, Decimal], said: Judged, scheme: str
) -> ProjectScore:
    """Execution 10 × paid ÷ budget, at most 10; the other ninety points by indicator (财预〔2020〕10号, 财预〔2021〕101号)."""
    parts = {"execution": min(Fraction(10), Fraction(10 * paid, budget))} | dict.fromkeys(
        _DIMENSIONS[scheme], Fraction(0)
    )
    for row in indicators:
        parts[row.dimension] += Fraction(row.weight) * _reached(row, values, said)
    total = cents(sum(parts.values(), Fraction(0)))
    return ProjectScore({name: cents(value) for name, value in parts.items()}, total, project_grade(total))


def project_grade(total: Decimal) -> str:
    """优 from 90, 良 from 80, 中 from 60, else 差."""
    return "excellent" if total >= 90 else "good" if total >= 80 else "fair" if total >= 60 else "poor"


def score_units(years: Iterable[UnitYear], places: dict[str, int]) -> dict[str, UnitScore]:
    """Every unit with its grade and rank, ties decided as the plan says that a leader decides them."""
    years = tuple(years)
    bands = read("county.toml")["satisfaction_bands"]
    parts = {year.unit.code: _parts(year, bands) for year in years}
    scores: dict[str, UnitScore] = {}
    for unit_class in MOST:
        of_class = [year for year in years if year.unit.unit_class == unit_class]
        places_of = places.get(unit_class, (len(of_class) * 2 + 4) // 8)  # 25 %, half-up
        grades = _grades(of_class, {year.unit.code: _total(parts[year.unit.code]) for year in of_class}, places_of)
        totals = sorted((_total(parts[year.unit.code]) for year in of_class), reverse=True)
        for year in of_class:
            code = year.unit.code
            total = _total(parts[code])
            rounded = {name: None if value is None else cents(value) for name, value in parts[code].items()}
            scores[code] = UnitScore(**rounded, total=total, grade=grades[code], rank=totals.index(total) + 1)  # type: ignore[arg-type]
    return scores


def mid_term(year: UnitYear, months: int) -> tuple[Decimal, Decimal]:
    """Where a unit stands in July: its points of indicators and leaders of the first half, or of the `months` that are over."""
    periods = list(year.marks)[:months] if year.unit.unit_class == "restoration" else ["mid_term"]
    indicator, leaders = _indicators(year, periods), _leaders(year, periods)
    return cents(indicator), cents(leaders)


def _reached(row: Indicator, values: dict[str, Decimal], said: Judged) -> Fraction:
    if row.target is None:
        return Fraction(said.qualitative[row.id][1])
    actual = values.get(row.id, Decimal(0))
    reached = share(row.direction, row.target, actual)
    if row.id in said.target_set_low and row.direction == "at_least":
        beyond = Fraction(actual) / Fraction(row.target) - Fraction(13, 10)
        return max(Fraction(0), 1 - beyond) if beyond > 0 else reached
    return reached


def _parts(year: UnitYear, bands: list[dict[str, str]]) -> dict[str, Fraction | None]:
    daily = year.unit.unit_class != "restoration"
    quarters = [points(bands, satisfied) for satisfied in year.satisfaction.values()]
    return {
        "indicator": _indicators(year, year.indicators),
        "public": _mean(quarters) if quarters else None,
        "leaders": _leaders(year, year.marks),
        "bonus": _capped(_bonus(row) for row in year.bonuses if daily),
        "penalty": _capped(_penalty(row) for row in year.penalties if daily),
    }


def _indicators(year: UnitYear, periods: Iterable[str]) -> Fraction:
    """Points of the level-3 indicators: by weight within a period, the periods alike."""
    return MOST[year.unit.unit_class] * _mean([_period(year.indicators[period]) for period in periods])


def _period(rows: Iterable[Target]) -> Fraction:
    reached = (Fraction(row.weight) / 100 * share(row.direction, row.target, row.actual) for row in rows)
    return sum(reached, Fraction(0))


def _leaders(year: UnitYear, periods: Iterable[str]) -> Fraction:
    return _mean([_mean([Fraction(mark) for mark in year.marks[period].values()]) for period in periods])


def _capped(points_of: Iterable[Fraction]) -> Fraction:
    """Bonuses and penalties: at most 4 points each."""
    return min(Fraction(4), sum(points_of, Fraction(0)))


def _total(parts: dict[str, Fraction | None]) -> Decimal:
    added = sum((value or Fraction(0) for name, value in parts.items() if name != "penalty"), Fraction(0))
    return cents(added - (parts["penalty"] or Fraction(0)))


def _grades(years: list[UnitYear], totals: dict[str, Decimal], places: int) -> dict[str, str]:
    least = 95 if years[0].unit.unit_class == "restoration" else 90
    grades = {
        year.unit.code: "unqualified" if totals[year.unit.code] < 60 or year.dereliction else "qualified"
        for year in years
    }
    eligible = [
        year
        for year in years
        if grades[year.unit.code] == "qualified" and not year.barred and totals[year.unit.code] >= least
    ]
    for total in sorted({totals[year.unit.code] for year in eligible}, reverse=True):
        level = [year for year in eligible if totals[year.unit.code] == total]
        if len(level) <= places:
            grades |= {year.unit.code: "advanced" for year in level}
            places -= len(level)
            continue
        if places > 0:
            grades |= {
                year.unit.code: {"chosen": "advanced", "passed-over": "qualified"}.get(year.tie or "", "undecided")
                for year in level
            }
        break
    return grades


def _bonus(row: Addition) -> Fraction:
    if not row.document or not row.confirmed:
        return Fraction(0)
    match row.reason:
        case "commendation":
            return Fraction(_COMMENDATION[row.level or ""])
        case "department_commendation":
            return Fraction(_DEPARTMENT_COMMENDATION[row.level or ""])
        case _:
            return Fraction(row.points or 0)


def _penalty(row: Addition) -> Fraction:
    match row.reason:
        case "criticism":
            return Fraction(_CRITICISM[row.level or ""])
        case "complaint":
            return Fraction(1, 2) if row.verified else Fraction(0)
        case "discipline":
            return Fraction(1)
        case _:
            return Fraction(1, 2)


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
