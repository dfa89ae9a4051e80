"""The reports of a year: indicator values chosen so that a project's attainment follows its course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import pi, sin
from random import Random

from deploy.demo.facts import Adjustment, Indicator, Judged, Project, Report

MONTHS = range(1, 13)
CUT_FROM = 8
"""The month from which on a budget is in force that the August round cut."""
_WITH_DECIMALS = ("公里", "万人次", "万立方米")
_REPORTED = {"satisfaction": (6, 12)}  # surveys at mid-year and at its end


def course(project: Project, seed: int) -> tuple[tuple[Decimal, Decimal], ...]:
    """Cumulative execution and attainment in percent by month: the track's, moved a little by chance."""
    rng = Random(f"{seed}/course/{project.code}")
    chance = project.track.chance
    points: list[tuple[Decimal, Decimal]] = []
    for execution, attainment in zip(project.track.execution, project.track.attainment, strict=True):
        moved = (value + Decimal(f"{rng.uniform(-chance, chance):.2f}") for value in (execution, attainment))
        points.append(tuple(moved))  # type: ignore[arg-type]
    return tuple(points)


def period(month: int) -> str:
    """`3` is `2026-03`."""
    return f"2026-{month:02d}"


def report_day(month: int) -> date:
    """The usual day for the report of `month`: the 8th of the next."""
    return date(2026 + month // 12, month % 12 + 1, 8)


def reports(project: Project, seed: int) -> tuple[Report, ...]:
    """The year's reports of a project in order of receipt, the late and the corrected ones included."""
    made: list[Report] = []
    for month, values in zip(MONTHS, _values(project, seed), strict=True):
        if month in project.track.missing:
            continue
        report = Report(
            project=project.code,
            period=period(month),
            received=project.track.tardy.get(month, report_day(month)),
            values=values,
            expected=project.track.expected.get(month),
            problem=project.track.problem.get(month),
            implementation=f"{month}月：{project.name}按季度安排推进",
        )
        if month in project.track.restated:
            made.append(_misreported(report, project))
            report = replace(report, received=project.track.restated[month], implementation="更正：上次多报一成")
        made.append(report)
    return tuple(sorted(made, key=lambda report: report.received))


def adjustment(project: Project) -> Adjustment | None:
    """The adjustment of goals and budget that the project's course contains, if any."""
    change = project.track.raised
    if change is None:
        return None
    return Adjustment(
        project=project.code,
        applied_on=change.applied,
        adjusted_on=change.adjusted,
        cause=change.cause,
        reason=change.reason,
        document=change.document,
        budget=budget_in(project, 12),
        indicators=raised(project, change.by),
    )


def budget_in(project: Project, month: int) -> int:
    """The budget (fen) in force at the end of `month`: raised by an adjustment, or as the August round left it."""
    change, left = project.track.raised, project.track.august.leaves
    if change and month >= change.month:
        return int(project.budget * change.by)
    return int(project.budget * left) if left and month >= CUT_FROM else project.budget


def raised(project: Project, factor: Decimal) -> tuple[Indicator, ...]:
    """The indicators with the targets that grow raised by `factor`."""
    return tuple(_with_target(row, factor) if row.grows else row for row in project.indicators)


def rounded(row: Indicator, value: Decimal) -> Decimal:
    """A value as a unit gives it: whole pieces and people, lengths and volumes to a tenth."""
    return value.quantize(Decimal("0.1") if row.unit in _WITH_DECIMALS else Decimal("1"), rounding=ROUND_HALF_UP)


def judged(project: Project, seed: int) -> Judged:
    """What the evaluator will say of the qualitative indicators and of targets set too low."""
    rng = Random(f"{seed}/judged/{project.code}")
    levels: dict[str, tuple[str, Decimal]] = {}
    for row in project.indicators:
        if not row.quantitative:
            reached = rng.random() < 0.7
            share = Decimal(rng.randint(85, 100) if reached else rng.randint(62, 78)) / 100
            levels[row.id] = ("reached" if reached else "partly", share)
    return Judged(project.code, levels, tuple(project.track.surpassed))


def _values(project: Project, seed: int) -> list[dict[str, Decimal]]:
    """Per month, the cumulative value of each quantitative indicator that is reported."""
    rng = Random(f"{seed}/values/{project.code}")
    rows = [row for row in project.indicators if row.quantitative]
    growing = [row for row in rows if row.grows]
    wobble = _wobble(growing, rng)
    steady = {row.id: _steady(row, rng, project.track.satisfied) for row in rows if not row.grows}
    last = dict.fromkeys((row.id for row in growing), Decimal(0))
    made: list[dict[str, Decimal]] = []
    for month, (_, attainment) in zip(MONTHS, course(project, seed), strict=True):
        reported = [row for row in rows if month in _REPORTED.get(row.dimension, MONTHS)]
        known = [row for row in rows if not row.grows and month >= _REPORTED.get(row.dimension, MONTHS)[0]]
        fixed = sum((_points(project, row) for row in known), Decimal(0))
        whole = sum((row.weight for row in rows), Decimal(0))
        share = max(Decimal(0), (attainment / 100 * whole - fixed) / sum(row.weight for row in growing))
        values = {row.id: steady[row.id] for row in reported if not row.grows}
        for row in growing:
            swing = 1 + wobble[row.id] * Decimal(f"{sin(pi * month / 12):.4f}")
            last[row.id] = max(last[row.id], rounded(row, _target(project, row, month) * share * swing))
            values[row.id] = last[row.id]
        if month == 12:
            values |= {
                row: _target(project, _row(project, row), 12) * factor
                for row, factor in project.track.surpassed.items()
            }
        made.append(values)
    return made


def _wobble(growing: list[Indicator], rng: Random) -> dict[str, Decimal]:
    """How far each growing indicator runs before or behind the others at mid-year; weighted, they even out."""
    first, *others = growing
    lead = Decimal(rng.randint(-8, 8)) / 100
    rest = sum((row.weight for row in others), Decimal(0))
    return {first.id: lead} | {row.id: -lead * first.weight / rest for row in others}


def _points(project: Project, row: Indicator) -> Decimal:
    return row.weight * project.track.satisfied if row.dimension == "satisfaction" else row.weight


def _steady(row: Indicator, rng: Random, satisfied: Decimal) -> Decimal:
    """The value of a rate, a standard or a survey: met, but for the survey of a project that runs badly."""
    assert row.target is not None
    if row.dimension == "satisfaction" and satisfied < 1:
        return (row.target * satisfied).quantize(Decimal("0.1"))
    match row.direction:
        case "equal":
            return row.target
        case "at_most":
            return (row.target * Decimal(rng.randint(50, 95)) / 100).quantize(Decimal("0.01"))
        case _:
            room = Decimal(100) - row.target
            return row.target + (room * Decimal(rng.randint(5, 60)) / 100).quantize(Decimal("0.1"))


def _target(project: Project, row: Indicator, month: int) -> Decimal:
    assert row.target is not None
    if project.track.raised and month >= project.track.raised.month:
        raised_row = _with_target(row, project.track.raised.by)
        assert raised_row.target is not None
        return raised_row.target
    return row.target


def _with_target(row: Indicator, factor: Decimal) -> Indicator:
    assert row.target is not None
    return replace(row, target=rounded(row, row.target * factor))


def _row(project: Project, name: str) -> Indicator:
    return next(row for row in project.indicators if row.id == name)


def _misreported(report: Report, project: Project) -> Report:
    """The report before its correction: what grows was given a tenth too high."""
    wrong = {
        name: rounded(_row(project, name), value * Decimal("1.1")) if _row(project, name).grows else value
        for name, value in report.values.items()
    }
    return replace(report, received=report_day(int(report.period[5:])), values=wrong)
