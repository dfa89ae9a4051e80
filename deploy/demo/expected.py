"""What must come of the planted year: every sum, judgement, deviation, recommendation, score and rank, computed by the demo alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from deploy.demo.facts import Plan, Project, Voucher
from deploy.demo.judging import Judgement, latest_values
from deploy.demo.reviewing import PartOutcome, review
from deploy.demo.scoring import ProjectScore, UnitScore, mid_term, score_project, score_units
from deploy.demo.watching import Deviation, Watched, watch

EVALUATED = date(2027, 1, 18)
"""The day on which the projects are scored; what arrives later doesn't enter the score."""

MONTHS_OVER = 6
"""At the mid-term assessment in July the units that are assessed by month have six months behind them."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One source in monitoring's ledger: vouchers counted once, their sum in fen, projects, first and last day."""

    vouchers: int
    amount: int
    projects: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class ProjectOutcome:
    """How one project's year must end. Money in fen."""

    project: Project
    status: str
    budget: int
    paid: int
    vouchers: int
    recommendation: str
    periods: dict[str, Judgement]
    deviations: dict[str, Deviation]
    score: ProjectScore
    published: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """How the whole year must end."""

    ledger: dict[str, LedgerLine]
    conflicts: frozenset[tuple[str, str]]
    unapproved: frozenset[str]
    projects: dict[str, ProjectOutcome]
    refused: str
    units: dict[str, UnitScore]
    mid_term: dict[str, tuple[Decimal, Decimal]]
    parts: dict[str, PartOutcome]
    watched: dict[tuple[str, str], tuple[str, int]]
    """Who is on the watch list: kind and code, with the cause and how many of the year's projects it covers."""
    freed: int
    """What the stop freed, in fen."""

    @property
    def vouchers(self) -> int:
        """All vouchers, each counted once."""
        return sum(line.vouchers for line in self.ledger.values())

    @property
    def amount(self) -> int:
        """Their sum in fen."""
        return sum(line.amount for line in self.ledger.values())

    @property
    def deviations(self) -> int:
        """How many deviations are told, over all projects."""
        return sum(len(outcome.deviations) for outcome in self.projects.values())

    @property
    def published(self) -> int:
        """How many results are public."""
        return sum(outcome.published for outcome in self.projects.values())


def expect(plan: Plan) -> Expected:
    """Everything that the services must say at the end of the year."""
    approved = {project.code for project in plan.projects}
    outcomes = {project.code: _outcome(plan, project) for project in plan.projects}
    units = score_units(plan.assessment, plan.places)
    return Expected(
        ledger={
            source: _ledger_line(plan.vouchers, source)
            for source in sorted({voucher.source for voucher in plan.vouchers})
        },
        conflicts=frozenset((voucher.source, voucher.number) for voucher in plan.conflicting),
        unapproved=frozenset(voucher.project for voucher in plan.vouchers) - approved,
        projects=outcomes,
        refused=plan.refused.code,
        units=units,
        mid_term={year.unit.code: mid_term(year, MONTHS_OVER) for year in plan.assessment},
        parts=review(plan),
        watched=_watch_list(plan, outcomes, units),
        freed=_freed(plan),
    )


def _watch_list(
    plan: Plan, outcomes: dict[str, ProjectOutcome], units: dict[str, UnitScore]
) -> dict[tuple[str, str], tuple[str, int]]:
    """Put there by decision during the year; by a grade after it, for the years to come (方案篇三 结果应用: 低 → 重点监控)."""
    poor = {("project", code): ("evaluation", 0) for code, each in outcomes.items() if each.score.grade == "poor"}
    poor |= {("unit", code): ("evaluation", 0) for code, each in units.items() if each.grade == "unqualified"}
    return poor | {("project", order.project): ("decision", 1) for order in plan.orders if order.act == "watching"}


def _freed(plan: Plan) -> int:
    stop = next(order for order in plan.orders if order.act == "stop")
    budget = plan.project(stop.project).budget
    return budget - sum(v.amount for v in plan.vouchers if v.project == stop.project and v.arrives <= stop.day)


def _ledger_line(vouchers: Iterable[Voucher], source: str) -> LedgerLine:
    of_source = [voucher for voucher in vouchers if voucher.source == source]
    return LedgerLine(
        vouchers=len(of_source),
        amount=sum(voucher.amount for voucher in of_source),
        projects=len({voucher.project for voucher in of_source}),
        first=min(voucher.date for voucher in of_source),
        last=max(voucher.date for voucher in of_source),
    )


def _outcome(plan: Plan, project: Project) -> ProjectOutcome:
    watched = watch(plan, project)
    return ProjectOutcome(
        project=project,
        status=watched.status,
        budget=watched.goal.budget,
        paid=watched.periods["2026-12"].paid,
        vouchers=watched.periods["2026-12"].vouchers,
        recommendation=watched.standing,
        periods=watched.periods,
        deviations=watched.deviations,
        score=_score(plan, project, watched),
        published=project.code not in plan.withheld,
    )


def _score(plan: Plan, project: Project, watched: Watched) -> ProjectScore:
    reports = [report for report in plan.reports if report.project == project.code and report.received <= EVALUATED]
    said = next(said for said in plan.judged if said.project == project.code)
    december = watched.periods["2026-12"]
    values = latest_values(reports, "2026-12")
    return score_project(watched.goal.budget, december.paid, watched.goal.indicators, values, said, project.scheme)
