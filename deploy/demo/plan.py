"""The demo year, whole: a made-up county's 2026, the same for the same seed."""

from __future__ import annotations

from deploy.demo import assessment, courses, finance, projects, rounds
from deploy.demo.data import read
from deploy.demo.facts import Plan, Workbooks
from deploy.demo.orders import orders

SEED = 2026


def make_plan(seed: int = SEED) -> Plan:
    """Everything that will happen in the county's year, drawn from `seed` alone."""
    units = projects.units()
    funded = projects.projects()
    refused = projects.refused()
    counted = finance.vouchers(funded, refused, units, seed)
    resent = finance.resent(counted, seed)
    county = read("county.toml")
    reports = [report for project in funded for report in courses.reports(project, seed)]
    adjustments = (courses.adjustment(project) or rounds.cut(project) for project in funded)
    return Plan(
        seed=seed,
        county=county["name"],
        year=county["year"],
        units=units,
        projects=funded,
        refused=refused,
        vouchers=counted,
        resent=resent,
        conflicting=finance.conflicting(counted, resent, seed),
        reports=tuple(sorted(reports, key=lambda report: report.received)),
        orders=orders(funded),
        adjustments=tuple(adjustment for adjustment in adjustments if adjustment),
        judged=tuple(courses.judged(project, seed) for project in funded),
        parts=rounds.parts(funded),
        reallocation=rounds.reallocation(funded),
        workbooks=Workbooks(**county["workbooks"]),
        assessment=assessment.assessment(units, seed),
        places={"restoration": county["places"]["restoration"]},
        withheld=tuple(project.code for project in funded if project.track.name in ("poor", "both-behind")),
    )
