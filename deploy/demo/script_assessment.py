"""What people post about units: targets, actuals, marks, surveys, bonuses, penalties, and the assessment's own steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deploy.demo.data import read
from deploy.demo.facts import Addition, Plan, UnitYear
from deploy.demo.steps import Person, Post

YEAR = 2026
_PEOPLE = read("county.toml")["people"]
OFFICE, STATISTICS = Person(*_PEOPLE["office"]), Person(*_PEOPLE["statistics"])
LEADERS = {name: Person(name, "leader", "county") for name in _PEOPLE["leaders"]}


def opening(plan: Plan) -> list[Post]:
    """The assessment opened with its units, and the number of advanced places that people decide."""
    units = [{"id": unit.code, "name": unit.name, "class": unit.unit_class} for unit in plan.units]
    return [_of_year("opening", {"units": units}, OFFICE), _of_year("advanced-places", plan.places, OFFICE)]


def targets(plan: Plan) -> list[Post]:
    """Every period's targets, issued in numbers (量化下达)."""
    return [
        _of_unit(
            year,
            "targets",
            {
                "period": period,
                "indicators": [
                    {
                        "id": row.id,
                        "name": row.name,
                        "weight": str(row.weight),
                        "direction": row.direction,
                        "target": str(row.target),
                    }
                    for row in rows
                ],
            },
            OFFICE,
        )
        for year in plan.assessment
        for period, rows in year.indicators.items()
    ]


def of_month(plan: Plan, month: int) -> list[Post]:
    """Actuals and marks of the restoration units, assessed every month."""
    return _figures((year for year in plan.assessment if year.unit.unit_class == "restoration"), f"{month:02d}")


def halves(plan: Plan, period: str) -> list[Post]:
    """Actuals and marks of towns and departments for half a year."""
    return _figures((year for year in plan.assessment if year.unit.unit_class != "restoration"), period)


def satisfaction(plan: Plan, quarter: str) -> list[Post]:
    """The quarter's satisfaction survey of the departments."""
    return [
        _of_unit(year, "satisfaction", {"quarter": quarter, "share": str(year.satisfaction[quarter])}, OFFICE)
        for year in plan.assessment
        if quarter in year.satisfaction
    ]


def mid_term(plan: Plan) -> list[Post]:
    """The mid-term assessment itself."""
    return [_of_year("mid-term", {}, OFFICE)]


def claims(plan: Plan) -> list[Post]:
    """Bonuses claimed by the units, penalties and bars entered by the performance office, a dereliction approved by a leader."""
    posts: list[Post] = []
    for year in plan.assessment:
        unit = Person(f"{year.unit.name}经办", "unit", year.unit.code)
        posts += [_of_unit(year, "bonuses", _addition(bonus), unit) for bonus in year.bonuses]
        posts += [
            _of_unit(year, "penalties", _addition(row) | {"verified": row.verified}, OFFICE) for row in year.penalties
        ]
        if year.barred:
            posts.append(_of_unit(year, "bars", {"reason": year.barred, "document": "县平安办〔2026〕5号"}, OFFICE))
        if year.dereliction:
            posts.append(_of_unit(year, "dereliction", {"document": year.dereliction}, next(iter(LEADERS.values()))))
    return posts


def confirmations(plan: Plan) -> list[Post]:
    """The bonuses that the performance office confirms on their documents."""
    return [
        _of_unit(year, f"bonuses/{bonus.id}/confirmation", {}, OFFICE)
        for year in plan.assessment
        for bonus in year.bonuses
        if bonus.confirmed
    ]


def completion(plan: Plan) -> list[Post]:
    """Every unit gets its result."""
    return [_of_year("completion", {}, OFFICE)]


def decisions(plan: Plan) -> list[Post]:
    """A leader decides between units that share the last place."""
    leader = next(iter(LEADERS.values()))
    reason = "经县委常委会研究，综合平时表现决定"
    return [
        _of_year("decisions", {"unit": year.unit.code, "advanced": year.tie == "chosen", "reason": reason}, leader)
        for year in sorted(plan.assessment, key=lambda year: year.tie or "")
        if year.tie
    ]


def _figures(years: Iterable[UnitYear], period: str) -> list[Post]:
    posts: list[Post] = []
    for year in years:
        actuals = {row.id: str(row.actual) for row in year.indicators[period]}
        posts.append(_of_unit(year, "actuals", {"period": period, "actuals": actuals}, STATISTICS))
        for leader, mark in year.marks[period].items():
            posts.append(_of_unit(year, "leader-marks", {"period": period, "mark": str(mark)}, LEADERS[leader]))
    return posts


def _addition(row: Addition) -> dict[str, Any]:
    body: dict[str, Any] = {"id": row.id, "reason": row.reason}
    if row.level:
        body["level"] = row.level
    if row.points is not None:
        body["points"] = str(row.points)
    if row.document:
        body["document"] = row.document
    return body


def _of_unit(year: UnitYear, action: str, body: dict[str, Any], person: Person) -> Post:
    path = f"/api/assessments/{YEAR}/units/{year.unit.code}/{action}"
    return Post("evaluation", path, body, person, year.unit.code)


def _of_year(action: str, body: dict[str, Any], person: Person) -> Post:
    return Post("evaluation", f"/api/assessments/{YEAR}/{action}", body, person, "assessment")
