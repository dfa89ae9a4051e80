"""The demo's own judging and scoring beside the services' pure functions, over the whole planted year: two hands, one definition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from backbone.process.dated import load_all
from contracts.decision import Refusal
from deploy.demo.data import read
from deploy.demo.expected import EVALUATED, Expected, expect
from deploy.demo.facts import Plan, Project, UnitYear
from deploy.demo.judging import latest_values
from deploy.demo.plan import make_plan
from deploy.demo.projects import declaration, yuan
from services.evaluation.domain import cases
from services.evaluation.domain.schemes import CountyScheme, ProjectScheme
from services.goals.domain.declared import Declared
from services.goals.domain.review import review
from services.goals.domain.rules import DeclarationRules
from services.monitoring.domain.case import judge_case
from services.monitoring.domain.rules import RuleSet

LAST_DAY = date(2027, 2, 5)


@cache
def year() -> tuple[Plan, Expected]:
    plan = make_plan()
    return plan, expect(plan)


def test_every_month_is_judged_alike() -> None:
    plan, expected = year()
    rules = load_all("services.monitoring.rules", RuleSet)
    changed = {each.project for each in (*plan.adjustments, *(o for o in plan.orders if o.act == "watching"))}
    for project in plan.projects:
        if project.code in changed:
            continue  # judged under two goals, or from a day on by stricter thresholds; a case has one of each
        judged = judge_case(_monitoring_case(plan, project), rules)
        of = expected.projects[project.code].periods
        for month in judged["periods"]:
            own = of[month["period"]]
            assert month["execution"] == str(own.execution), (project.code, month["period"])
            assert month["attainment"] == str(own.attainment), (project.code, month["period"])
            assert month["mismatch"] == str(own.mismatch)
            assert [(found["rule"], found["level"]) for found in month["findings"]] == list(own.findings)
            assert month["recommendation"] == own.recommendation
        assert judged["duplicates"] == sum(voucher.project == project.code for voucher in plan.resent)
        assert judged["conflicts"] == [f"{v.source}/{v.number}" for v in plan.conflicting if v.project == project.code]


def test_every_project_is_scored_alike() -> None:
    plan, expected = year()
    schemes = load_all("services.evaluation.rules.projects", ProjectScheme)
    for project in plan.projects:
        scored = cases.score(_score_case(plan, project, expected), schemes, ())
        assert not isinstance(scored, Refusal), scored
        own = expected.projects[project.code].score
        assert {name: scored[name] for name in own.parts} == {name: str(points) for name, points in own.parts.items()}
        assert (scored["total"], scored["grade"]) == (str(own.total), own.grade)


def test_every_unit_is_assessed_alike_and_the_tie_is_undecided() -> None:
    plan, expected = year()
    counties = load_all("services.evaluation.rules.units", CountyScheme)
    scored = cases.score(_county_case(plan), (), counties)
    assert not isinstance(scored, Refusal), scored
    tied = {year.unit.code for year in plan.assessment if year.tie}
    for unit in scored["units"]:
        own = expected.units[unit["id"]]
        parts = {name: unit[name] for name in ("indicator", "leaders", "bonus", "penalty", "total")}
        assert parts == {name: str(getattr(own, name)) for name in parts}
        assert unit["public"] == (None if own.public is None else str(own.public))
        assert unit["rank"] == own.rank
        assert unit["grade"] == ("undecided" if unit["id"] in tied else own.grade)


def test_every_declaration_is_reviewed_as_planted() -> None:
    plan, _ = year()
    (rules,) = load_all("services.goals.rules", DeclarationRules)
    for project in (*plan.projects, plan.refused):
        first = review(_declared(declaration(project, faulty=True)), rules)
        wanted = {None: "pass", "by-hand": "pass", "no-ex-ante-evaluation": "refuse"}.get(project.fault, "return")
        assert first.decision == wanted, project.code
        if wanted == "return":
            assert [finding.rule for finding in first.findings] == [project.fault]
        if project is not plan.refused:
            assert review(_declared(declaration(project)), rules).findings == ()


def _monitoring_case(plan: Plan, project: Project) -> dict[str, Any]:
    arriving = sorted((*plan.vouchers, *plan.resent, *plan.conflicting), key=lambda voucher: voucher.arrives)
    return {
        "kind": "monitoring",
        "rules": "dual-monitoring-1",
        "project": {"id": project.code, "budget": yuan(project.budget), "approved_on": str(project.approved_on)},
        "indicators": [
            {"id": row.id, "weight": str(row.weight), "direction": row.direction, "target": str(row.target)}
            for row in project.indicators
            if row.target is not None
        ],
        "periods": [f"2026-{month:02d}" for month in range(1, 13)],
        "as_of": str(LAST_DAY),
        "vouchers": [
            {"source": v.source, "number": v.number, "date": str(v.date), "amount": yuan(v.amount)}
            for v in arriving
            if v.project == project.code
        ],
        "reports": [
            {
                "period": report.period,
                "received": str(report.received),
                "values": {name: str(value) for name, value in report.values.items()},
                "expected": report.expected,
                "serious_problem": report.problem,
            }
            for report in plan.reports
            if report.project == project.code
        ],
    }


def _score_case(plan: Plan, project: Project, expected: Expected) -> dict[str, Any]:
    outcome = expected.projects[project.code]
    reports = [report for report in plan.reports if report.project == project.code and report.received <= EVALUATED]
    said = next(said for said in plan.judged if said.project == project.code)
    values = latest_values(reports, "2026-12")
    indicators: list[dict[str, Any]] = []
    for row in _indicators(plan, project):
        entry: dict[str, Any] = {"id": row.id, "dimension": row.dimension, "weight": str(row.weight)}
        if row.target is None:
            level, share = said.qualitative[row.id]
            indicators.append(entry | {"type": "qualitative", "level": level, "share": str(share)})
        else:
            figures = {"direction": row.direction, "target": str(row.target), "actual": str(values[row.id])}
            indicators.append(
                entry | {"type": "quantitative", **figures, "target_set_low": row.id in said.target_set_low}
            )
    return {
        "kind": "project-self-evaluation",
        "scheme": project.scheme,
        "budget": yuan(outcome.budget),
        "paid": yuan(outcome.paid),
        "indicators": indicators,
    }


def _indicators(plan: Plan, project: Project) -> Any:
    return next((each.indicators for each in plan.adjustments if each.project == project.code), project.indicators)


def _county_case(plan: Plan) -> dict[str, Any]:
    return {
        "kind": "county-assessment",
        "scheme": "plan5",
        "units": [_unit(year) for year in plan.assessment],
        "satisfaction_bands": read("county.toml")["satisfaction_bands"],
        "advanced": plan.places,
    }


def _unit(year: UnitYear) -> dict[str, Any]:
    unit: dict[str, Any] = {
        "id": year.unit.code,
        "name": year.unit.name,
        "class": year.unit.unit_class,
        "indicators": {
            period: [
                {"id": row.id, "weight": str(row.weight), "direction": row.direction, "target": str(row.target), "actual": str(row.actual)}
                for row in rows
            ]
            for period, rows in year.indicators.items()
        },
        "leaders": {period: [str(mark) for mark in marks.values()] for period, marks in year.marks.items()},
        "bonuses": [
            {"reason": row.reason, "level": row.level, "points": None if row.points is None else str(row.points),
             "document": row.document, "confirmed": row.confirmed}
            for row in year.bonuses
        ],
        "penalties": [{"reason": row.reason, "level": row.level, "verified": row.verified} for row in year.penalties],
        "disqualified_by": [year.barred] if year.barred else [],
        "dereliction_approved": year.dereliction is not None,
    }  # fmt: skip
    if year.satisfaction:
        unit["public"] = {quarter: str(share) for quarter, share in year.satisfaction.items()}
    return unit


def _declared(body: dict[str, Any]) -> Declared:
    return Declared.model_validate(
        {**body, "project": {name: body[name] for name in ("kind", "years", "budget", "scheme")}}
    )


def test_the_bands_are_the_plans() -> None:
    """The demo's own copy of plan 5's bands; a case may bring others."""
    (county,) = load_all("services.evaluation.rules.units", CountyScheme)
    own = [(Decimal(band["at_least"]), Decimal(band["points"])) for band in read("county.toml")["satisfaction_bands"]]
    assert [(band.at_least, band.points) for band in county.satisfaction_bands] == own
