"""What the public is told, beside what was planted: publishing's API, the held results, and the pages as a citizen reads them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from deploy.demo.doors import Doors, Unanswered
from deploy.demo.expected import Expected, ProjectOutcome
from deploy.demo.facts import Plan
from deploy.demo.findings import Findings, fen
from deploy.demo.projects import yuan
from deploy.demo.script_projects import AUDITOR

LABEL = "演示数据"


def check_published(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """The year's sums, each published project, each unit's money, and what is still held."""
    public = {code: outcome for code, outcome in expected.projects.items() if outcome.published}
    rows = doors.get("publishing", f"/api/{plan.year}/projects?limit=1000")["projects"]
    said = {row["project"]: row for row in rows}
    findings.same("public", projects=(sorted(said), sorted(public)))
    for code, planted in public.items():
        _project(code, planted, said.get(code, {}), findings)
    _overview(doors.get("publishing", f"/api/{plan.year}"), public, findings)
    held = doors.get("publishing", f"/api/held?year={plan.year}", AUDITOR)["held"]
    findings.same("public", held=(sorted(row["project"] for row in held), sorted(plan.withheld)))
    _units(plan, public, doors, findings)
    _stories(plan, public, doors, findings)
    findings.figures["published"] = len(said)


def check_pages(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """The pages carry the same figures and say that they are a demonstration; what is held has none."""
    public = {code: outcome for code, outcome in expected.projects.items() if outcome.published}
    places = [f"/{plan.year}", *(f"/{plan.year}/projects/{code}" for code in (*public, *plan.withheld))]
    (status, text), *others = doors.pages("publishing", places)
    findings.same("page of the year", status=(status, 200), labelled=(LABEL in text, True))
    findings.carries("page of the year", text, _shown(sum(outcome.paid for outcome in public.values())))
    for (code, outcome), (status, text) in zip(public.items(), others, strict=False):
        where = f"page of {code}"
        findings.same(where, status=(status, 200), labelled=(LABEL in text, True))
        for figure in (_shown(outcome.budget), _shown(outcome.paid), str(outcome.score.total), outcome.project.name):
            findings.carries(where, text, figure)
    for code, (status, _) in zip(plan.withheld, others[len(public) :], strict=True):
        findings.same(f"page of {code}", status=(status, 404))


def _project(code: str, planted: ProjectOutcome, said: dict[str, Any], findings: Findings) -> None:
    december = planted.periods["2026-12"]
    findings.same(
        f"public {code}",
        name=(said.get("name"), planted.project.name),
        unit=(said.get("unit"), planted.project.unit),
        budget=(said.get("budget"), yuan(planted.budget)),
        paid=(said.get("paid"), yuan(planted.paid)),
        vouchers=(said.get("vouchers"), planted.vouchers),
        execution=(said.get("execution"), str(december.execution)),
        attainment=(said.get("attainment"), str(december.attainment)),
        total=(Decimal(said.get("total") or 0), planted.score.total),
        grade=(said.get("grade"), planted.score.grade),
        status=(said.get("status"), planted.status),
    )


def _overview(said: dict[str, Any], public: dict[str, ProjectOutcome], findings: Findings) -> None:
    grades = Counter(outcome.score.grade for outcome in public.values())
    findings.same(
        "public overview",
        projects=(said["projects"], len(public)),
        budget=(said["budget"], yuan(sum(outcome.budget for outcome in public.values()))),
        paid=(said["paid"], yuan(sum(outcome.paid for outcome in public.values()))),
        vouchers=(said["vouchers"], sum(outcome.vouchers for outcome in public.values())),
        units=(said["units"], len({outcome.project.unit for outcome in public.values()})),
        grades=(Counter(said["grades"]) - Counter(), grades),
        stopped=(said["stopped"], sum(outcome.status == "stopped" for outcome in public.values())),
        months=(fen(said["months"][-1]["cumulative"]), sum(outcome.paid for outcome in public.values())),
    )


def _units(plan: Plan, public: dict[str, ProjectOutcome], doors: Doors, findings: Findings) -> None:
    codes = sorted({outcome.project.unit for outcome in public.values()})
    answers = doors.get_all("publishing", [f"/api/{plan.year}/units/{code}" for code in codes])
    for code, said in zip(codes, answers, strict=True):
        if isinstance(said, Unanswered):
            raise said
        own = [outcome for outcome in public.values() if outcome.project.unit == code]
        findings.same(
            f"public unit {code}",
            projects=(said["count"], len(own)),
            budget=(said["budget"], yuan(sum(outcome.budget for outcome in own))),
            paid=(said["paid"], yuan(sum(outcome.paid for outcome in own))),
            vouchers=(said["vouchers"], sum(outcome.vouchers for outcome in own)),
        )


def _stories(plan: Plan, public: dict[str, ProjectOutcome], doors: Doors, findings: Findings) -> None:
    """From goal to score: the orders of the year stand in the public story, and every deviation that was told."""
    answers = doors.get_all("publishing", [f"/api/{plan.year}/projects/{code}" for code in public])
    suspended = 0
    for (code, planted), said in zip(public.items(), answers, strict=True):
        if isinstance(said, Unanswered):
            raise said
        types = Counter(step["type"].split(".")[2] for step in said["story"])
        orders = Counter(order.act for order in plan.orders if order.project == code)
        findings.same(
            f"public story of {code}",
            approved=(types["GoalApproved"], 1),
            adjusted=(types["GoalAdjusted"], sum(each.project == code for each in plan.adjustments)),
            deviations=(types["DeviationDetected"], len(planted.deviations)),
            corrections=(types["CorrectionOrdered"], orders["correction"]),
            suspended=(types["ProjectSuspended"], orders["suspension"]),
            resumed=(types["ProjectResumed"], orders["resumption"]),
            stopped=(types["ProjectStopped"], orders["stop"]),
        )
        paid = {month["period"]: month["paid"] for month in said["months"]}
        findings.same(
            f"public months of {code}",
            paid=(paid, {period: yuan(month.paid) for period, month in planted.periods.items()}),
        )
        suspended += types["ProjectSuspended"] > 0
    findings.figures["suspended"] = suspended


def _shown(amount: int) -> str:
    """Money as a page shows it: 480000000 fen is `4,800,000.00`."""
    return f"{amount // 100:,}.{amount % 100:02d}"
