"""The August round, the watch list and the freed money at the year's end, beside what was planted: parts, sums, report, applications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from deploy.demo import rounds
from deploy.demo.doors import Doors
from deploy.demo.expected import Expected
from deploy.demo.facts import Plan
from deploy.demo.findings import Findings
from deploy.demo.projects import yuan
from deploy.demo.reviewing import PartOutcome
from deploy.demo.script_projects import AUDITOR, OFFICIAL

ROUND = f"/api/rounds/{rounds.ROUND}"
REPORT = f"/rounds/{rounds.ROUND}/report"


def check_round(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """Every part as it was taken down, filled in, proposed and decided; the sums by department; the causes."""
    said = doors.get("monitoring", ROUND, AUDITOR)
    findings.same(
        "round",
        in_scope=(said["in_scope"], len(expected.parts)),
        decided=(said["decided"], len(expected.parts)),
        through=(said["through"], rounds.THROUGH),
        opened=(said["opened_on"], str(rounds.OPENED)),
        closed=(said["closed_on"], str(rounds.CLOSED)),
        document=(said["document"], rounds.OPENING),
    )
    told = {row["project"]: row for row in doors.get("monitoring", f"{ROUND}/projects?limit=1000", AUDITOR)["parts"]}
    findings.same("round", projects=(sorted(told), sorted(expected.parts)))
    for code, planted in expected.parts.items():
        _part(told[code], planted, findings)
    _departments(said["departments"], expected.parts, findings)
    kinds = Counter(kind for each in expected.parts.values() for kind, _ in each.part.filling.causes)
    findings.same("round", causes=({row["kind"]: row["projects"] for row in said["causes"]}, dict(kinds)))


def check_report(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """The round's report as a page, a workbook and a print: what it says of each project, and what it is a file of."""
    page = doors.fetch("monitoring", REPORT, OFFICIAL).decode()
    for each in expected.parts.values():
        if each.part.decision != "keep":
            findings.carries("round report", page, each.project.name)
    printed = doors.fetch("monitoring", f"{REPORT}.pdf", OFFICIAL)
    findings.same("round report in print", pdf=(printed[:5], b"%PDF-"))
    workbook = CalamineWorkbook.from_filelike(BytesIO(doors.fetch("monitoring", f"{REPORT}.xlsx", OFFICIAL)))
    _, *rows = workbook.get_sheet_by_index(1).to_python()
    findings.same("round report as a workbook", projects=(len(rows), len(expected.parts)))
    for row in rows:
        planted = expected.parts[str(row[3])]
        wanted = (
            _yuan(planted.budget),
            _yuan(planted.taken.paid),
            planted.taken.vouchers,
            _yuan(planted.part.filling.payments),
            planted.taken.execution,
            planted.taken.attainment,
            planted.expected_execution,
            planted.expected_attainment,
        )
        findings.same(
            f"round report {row[3]}",
            name=(row[2], planted.project.name),
            figures=(tuple(Decimal(str(cell)) for cell in row[6:14]), wanted),
            budget=(Decimal(str(row[18])), _yuan(planted.part.budget)),
        )


def check_watch_list(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """Who is on the watch list: by an official's decision, or by a grade."""
    said = doors.get("monitoring", f"/api/watch-list?year={plan.year}", AUDITOR)
    entries = {(row["kind"], row["subject"]): (row["cause"], row["projects"]) for row in said["entries"]}
    findings.same("watch list", entries=(sorted(entries.items()), sorted(expected.watched.items())))
    findings.same("watch list", before=(said["before"], []))


def check_freed(plan: Plan, expected: Expected, doors: Doors, findings: Findings) -> None:
    """What the stop freed and where it went; what goals made of each cut."""
    given = plan.reallocation
    said = doors.get("goals", f"/api/freed?year={plan.year}", AUDITOR)
    findings.same(
        "freed",
        sum=(said["freed"], {"CNY": yuan(expected.freed)}),
        projects=(
            [(row["project"], row["given"], row["remaining"]) for row in said["projects"]],
            [(given.project, yuan(given.amount), yuan(expected.freed - given.amount))],
        ),
        reallocations=(
            [(row["project"], row["receiver"], row["amount"], row["decision"]) for row in said["reallocations"]],
            [(given.project, given.to, yuan(given.amount), "approved")],
        ),
    )
    for adjustment in plan.adjustments:
        (told,) = doors.get("goals", f"/api/projects/{plan.year}/{adjustment.project}", AUDITOR)["adjustments"]
        findings.same(
            f"goals {adjustment.project}",
            cause=(told["cause"], adjustment.cause),
            round=(told["round"], None if adjustment.applied_on else rounds.ROUND),
            decision=(told["decision"], "approved"),
            previous=(told["previous_budget"], yuan(plan.project(adjustment.project).budget)),
            budget=(told["budget"], yuan(adjustment.budget)),
            decided_on=(told["decided_on"], str(adjustment.adjusted_on)),
        )


def _part(said: dict[str, Any], planted: PartOutcome, findings: Findings) -> None:
    part, taken = planted.part, planted.taken
    findings.same(
        f"round {part.project}",
        budget=(said["budget"], yuan(planted.budget)),
        paid=(said["paid"], yuan(taken.paid)),
        vouchers=(said["vouchers"], taken.vouchers),
        execution=(said["execution"], str(taken.execution)),
        attainment=(said["attainment"], str(taken.attainment)),
        mismatch=(said["mismatch"], str(taken.mismatch)),
        found=([(each["rule"], each["level"]) for each in said["findings"]], list(taken.findings)),
        expected_execution=(said["expected_execution"], str(planted.expected_execution)),
        expected_attainment=(said["expected_attainment"], str(planted.expected_attainment)),
        returns=(said["returns"], int(bool(part.returned))),
        chases=(said["chases"], int(part.late)),
        proposal=((said["proposal"], said["severity"]), (planted.proposal, planted.severity)),
        proposed=(said["proposed_budget"], yuan(planted.proposed)),
        decision=((said["decision"], said["confirmed"]), (part.decision, planted.confirmed)),
        decided=(said["decided_budget"], yuan(part.budget)),
        decided_by=(said["decided_by"], f"{OFFICIAL.name} ({OFFICIAL.role}, {OFFICIAL.org})"),
        adjusted=(said["adjusted_budget"], planted.adjusted and yuan(planted.adjusted)),
    )


def _departments(said: list[dict[str, Any]], parts: dict[str, PartOutcome], findings: Findings) -> None:
    """The sums of every department; what a decision cuts counts where it is a cut."""
    told = {row["department"]: row for row in said}
    codes = sorted({each.project.unit for each in parts.values()})
    findings.same("round", departments=(sorted(told), codes))
    for code in codes:
        own = [each for each in parts.values() if each.project.unit == code]
        row, kinds = told[code], Counter(each.part.decision for each in own)
        cut = _sum(each.budget - each.adjusted for each in own if each.adjusted is not None)
        counted = {name: (row[name], len(own)) for name in ("projects", "filled", "reviewed", "decided")}
        counted |= {name: (row[name], kinds[name]) for name in ("keep", "correct", "cut", "suspend", "stop")}
        findings.same(
            f"round of {code}",
            **counted,
            deviating=(row["deviating"], sum(bool(each.taken.findings) for each in own)),
            budget=(row["budget"], _sum(each.budget for each in own)),
            paid=(row["paid"], _sum(each.taken.paid for each in own)),
            expected_payments=(row["expected_payments"], _sum(each.part.filling.payments for each in own)),
            proposed_cut=(row["proposed_cut"], _sum(each.budget - each.proposed for each in own)),
            decided_cut=(row["decided_cut"], cut),
            adjusted_cut=(row["adjusted_cut"], cut),
        )


def _sum(amounts: Iterable[int]) -> str:
    return yuan(sum(amounts))


def _yuan(amount: int) -> Decimal:
    return Decimal(amount) / 100
