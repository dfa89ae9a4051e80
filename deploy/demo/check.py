"""The end of the demo year beside what was planted: every sum, judgement, deviation, score and rank that the services and pages tell.

Each difference is a sentence. Nothing is taken on trust: the ledger by source, each project in each of the four services, each unit,
the public API, and the pages as a citizen reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from deploy.demo.check_public import check_pages, check_published
from deploy.demo.check_round import check_freed, check_report, check_round, check_watch_list
from deploy.demo.clock import SERVICES
from deploy.demo.doors import Doors, Unanswered
from deploy.demo.expected import Expected
from deploy.demo.facts import Plan
from deploy.demo.findings import Findings, fen
from deploy.demo.projects import yuan
from deploy.demo.script_projects import AUDITOR


def check(plan: Plan, expected: Expected, doors: Doors) -> Findings:
    """Everything compared; a service that doesn't answer is a difference, not an end."""
    findings = Findings()
    parts: tuple[Callable[[Plan, Expected, Doors, Findings], None], ...] = (
        _machinery,
        _ledger,
        _goals,
        _monitored,
        _evaluated,
        _assessed,
        check_round,
        check_report,
        check_watch_list,
        check_freed,
        check_published,
        check_pages,
    )
    for part in parts:
        try:
            part(plan, expected, doors, findings)
        except (Unanswered, KeyError, TypeError, ValueError) as failed:
            findings.differences.append(f"{part.__name__.strip('_')}: {type(failed).__name__}: {failed}")
    return findings


def _machinery(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """Nothing is left over: no dead letter, nothing parked, nothing behind."""
    for service in SERVICES:
        status = doors.get(service, "/status")
        nothing = {name: (status[name], 0) for name in ("dead_letters", "parked", "relay_backlog", "lag_events")}
        findings.same(f"{service} status", **nothing)


def _ledger(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """Vouchers counted once, by source; the contradicting ones held; the unapproved projects flagged."""
    said = {line["source"]: line for line in doors.get("monitoring", "/api/ledger", AUDITOR)["sources"]}
    findings.same("ledger", sources=(sorted(said), sorted(expected.ledger)))
    for source, planted in expected.ledger.items():
        line = said.get(source, {})
        findings.same(
            f"ledger {source}",
            vouchers=(line.get("vouchers"), planted.vouchers),
            amount=(line.get("amount"), yuan(planted.amount)),
            currency=(line.get("currency"), "CNY"),
            projects=(line.get("projects"), planted.projects),
            first=(line.get("first"), planted.first.isoformat()),
            last=(line.get("last"), planted.last.isoformat()),
        )
    held = doors.get("monitoring", "/api/ledger/conflicts", AUDITOR)["conflicts"]
    found = {(each["source"], each["number"]) for each in held}
    findings.same("ledger", conflicts=(sorted(found), sorted(expected.conflicts)))
    flagged = doors.get("monitoring", f"/api/ledger/unapproved?year={plan.year}", AUDITOR)["projects"]
    findings.same("ledger", unapproved=(sorted(each["project"] for each in flagged), sorted(expected.unapproved)))
    findings.figures |= {
        "vouchers": sum(line["vouchers"] for line in said.values()),
        "amount_ledger": yuan(sum(fen(line["amount"]) for line in said.values())),
    }


def _goals(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """Each approved with its budget in force, the refused one refused, the rounds of the returned ones kept."""
    said = {row["project"]: row for row in _listed(doors, "goals", plan.year)}
    findings.same("goals", projects=(sorted(said), sorted({*expected.projects, expected.refused})))
    findings.same(f"goals {expected.refused}", status=(said[expected.refused]["status"], "refused"))
    for code, planted in expected.projects.items():
        row = said[code]
        findings.same(
            f"goals {code}",
            status=(row["status"], "approved"),
            budget=(row["budget"], yuan(planted.budget)),
            approved_on=(row["approved_on"], str(planted.project.approved_on)),
            submission=(row["submission"], 2 if planted.project.fault else 1),
            unit=(row["unit"], planted.project.unit),
            name=(row["name"], planted.project.name),
            grade=(row["grade"], planted.score.grade),
        )
    findings.figures["projects"] = sum(row["status"] == "approved" for row in said.values())


def _monitored(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """Every month of every project, every deviation, what stands recommended, the correction."""
    paths = [f"/api/projects/{plan.year}/{code}" for code in expected.projects]
    told = 0
    for (code, planted), said in zip(
        expected.projects.items(), doors.get_all("monitoring", paths, AUDITOR), strict=True
    ):
        if isinstance(said, Unanswered):
            raise said
        findings.same(
            f"monitoring {code}",
            status=(said["status"], planted.status),
            budget=(said["budget"], yuan(planted.budget)),
            paid=(said["paid"], yuan(planted.paid)),
            vouchers=(said["vouchers"], planted.vouchers),
            recommendation=(said["recommendation"], planted.recommendation),
        )
        _months(code, planted.periods, said["periods"], findings)
        deviations = {each["deviation"]: (each["rule"], each["level"], each["open"]) for each in said["deviations"]}
        wanted = {name: (each.rule, each.level, each.open) for name, each in planted.deviations.items()}
        findings.same(f"monitoring {code}", deviations=(_sorted(deviations), _sorted(wanted)))
        told += len(deviations)
        _corrections(plan, code, said["corrections"], findings)
    findings.figures["deviations"] = told


def _months(code: str, planted: dict[str, Any], said: list[dict[str, Any]], findings: Findings) -> None:
    months = {month["period"]: month for month in said}
    findings.same(f"monitoring {code}", periods=(sorted(months), sorted(planted)))
    for period, wanted in planted.items():
        month = months.get(period)
        if month is None:
            continue
        findings.same(
            f"monitoring {code} {period}",
            closed=(month["closed"], True),
            paid=(month["paid"], yuan(wanted.paid)),
            vouchers=(month["vouchers"], wanted.vouchers),
            execution=(month["execution"], str(wanted.execution)),
            attainment=(month["attainment"], str(wanted.attainment)),
            time=(month["time"], str(wanted.time)),
            mismatch=(month["mismatch"], str(wanted.mismatch)),
            findings=([(found["rule"], found["level"]) for found in month["findings"]], list(wanted.findings)),
            recommendation=(month["recommendation"], wanted.recommendation),
        )


def _corrections(plan: Plan, code: str, said: list[dict[str, Any]], findings: Findings) -> None:
    """The order that was given, with its deviations and its day; answered in time, sent back where it did not do, and accepted."""
    own = [order for order in plan.orders if order.project == code]
    last = {order.act: order for order in own}
    back = last.get("return")
    planted = [
        {
            "deviations": sorted(each.deviations),
            "until": str((back or each).until),
            "refusals": int(back is not None),
            "returned_on": str(back.day) if back else None,
            "return_reason": back.reason if back else None,
            "answer": last["answer"].reason,
            "answered_on": str(last["answer"].day),
            "accepted_on": str(last["acceptance"].day),
            "overdue_on": None,
            "escalated_on": None,
        }
        for each in own
        if each.act == "correction"
    ]
    told = [
        {
            **{name: each[name] for name in planted[0] if name not in ("deviations", "until")},
            "deviations": sorted(each["deviations"]),
            "until": each["measure"]["until"],
        }
        for each in said
        if planted
    ]
    findings.same(f"monitoring {code}", ordered=(len(said), len(planted)))
    findings.same(f"monitoring {code}", corrections=(told, planted))


def _evaluated(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """Every project's points by part, total and grade, and the money that the score rests on."""
    paths = [f"/api/projects/{plan.year}/{code}" for code in expected.projects]
    answers = doors.get_all("evaluation", paths, AUDITOR)
    for (code, planted), said in zip(expected.projects.items(), answers, strict=True):
        if isinstance(said, Unanswered):
            raise said
        result = said["evaluation"]
        points = {part["id"]: Decimal(part["points"]) for part in result["parts"]}
        findings.same(
            f"evaluation {code}",
            parts=(points, planted.score.parts),
            total=(Decimal(result["total"]), planted.score.total),
            grade=(result["grade"], planted.score.grade),
            budget=(result["budget"], yuan(planted.budget)),
            paid=(result["paid"], yuan(planted.paid)),
            vouchers=(result["vouchers"], planted.vouchers),
        )


def _assessed(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """Every unit's parts, total, grade and rank."""
    said = {row["unit"]: row for row in doors.get("evaluation", f"/api/assessments/{plan.year}", AUDITOR)["units"]}
    findings.same("assessment", units=(sorted(said), sorted(expected.units)))
    for unit, planted in expected.units.items():
        row = said[unit]
        points = {part["id"]: part["points"] and Decimal(part["points"]) for part in row["parts"] or ()}
        wanted = {name: getattr(planted, name) for name in ("indicator", "public", "leaders", "bonus", "penalty")}
        findings.same(
            f"assessment {unit}",
            parts=(points, wanted),
            total=(Decimal(row["total"] or 0), planted.total),
            grade=(row["grade"], planted.grade),
            rank=(row["rank"], planted.rank),
            mid_term=(_mid_term(row), expected.mid_term[unit]),
        )


def _mid_term(row: dict[str, Any]) -> tuple[Decimal, Decimal] | None:
    said = row["mid_term"]
    return (Decimal(said["indicator"]), Decimal(said["leaders"])) if said else None


def _listed(doors: Doors, service: str, year: int) -> list[dict[str, Any]]:
    """All pages of a service's projects."""
    rows: list[dict[str, Any]] = []
    after = ""
    while True:
        page = doors.get(service, f"/api/projects?year={year}&limit=50" + (f"&after={after}" if after else ""), AUDITOR)
        rows += page["projects"]
        if not page["next"]:
            return rows
        after = page["next"]


def _sorted(values: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(values.items())
