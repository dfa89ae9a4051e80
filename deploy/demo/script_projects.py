"""What people post about projects: declarations, reviews, reports, orders, adjustments, evaluations, publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from deploy.demo.data import read
from deploy.demo.facts import Adjustment, Order, Plan, Project, Report
from deploy.demo.projects import annual, declaration, units, yuan
from deploy.demo.steps import Person, Post, Service, Workbook

YEAR = 2026
_PEOPLE = read("county.toml")["people"]
_UNITS = {unit.code: unit.name for unit in units()}
FINANCE, OFFICIAL, EVALUATOR, AUDITOR = (
    Person(*_PEOPLE[role]) for role in ("finance", "official", "evaluator", "auditor")
)


def declarations(projects: Iterable[Project], *, first: bool) -> list[Post]:
    """Every unit declares; at first with the fault that the project has, then without."""
    return [
        _post("goals", project.code, "declarations", declaration(project, faulty=first), of_unit(project))
        for project in projects
    ]


def reviews(projects: Iterable[Project], *, first: bool) -> list[Post]:
    """Finance reviews; the rules must decide as planted."""
    return [
        _post(
            "goals",
            project.code,
            "review",
            {"reason": "按申报审核规则审核"},
            FINANCE,
            {"decision": _decision(project, first)},
        )
        for project in projects
    ]


def returns(projects: Iterable[Project]) -> list[Post]:
    """What the rules would pass and finance still sends back."""
    reason = "预算没有分列管理与监理费，请按支出标准细化"
    return [
        _post("goals", project.code, "return", {"reason": reason}, FINANCE)
        for project in projects
        if project.fault == "by-hand"
    ]


def approvals(projects: Iterable[Project], document: str) -> list[Post]:
    """Goals approved together with the budget."""
    return [_post("goals", project.code, "approval", {"document": document}, FINANCE) for project in projects]


def reports(plan: Plan, day: date) -> tuple[list[Post], list[Post]]:
    """The reports posted on a day: the first of each project, and those that correct one on the same day."""
    first: dict[tuple[str, str], Post] = {}
    again: list[Post] = []
    for report in plan.reports:
        if report.received != day or by_workbook(plan, report):
            continue
        project = plan.project(report.project)
        body: dict[str, Any] = {
            "period": report.period,
            "values": {name: str(value) for name, value in report.values.items()},
            "implementation": report.implementation,
            "evidence": [f"{project.name}{int(report.period[5:])}月监理月报.pdf"],
        }
        if report.expected:
            body["expected"] = report.expected
        if report.problem:
            body["serious_problem"] = report.problem
        post = _post("monitoring", report.project, "reports", body, of_unit(project))
        if (report.project, report.period) in first:
            again.append(post)
        else:
            first[report.project, report.period] = post
    return list(first.values()), again


def workbooks(plan: Plan, day: date) -> tuple[Workbook, ...]:
    """The reports that a unit sends in a workbook on a day."""
    own = tuple(report for report in plan.reports if report.received == day and by_workbook(plan, report))
    if not own:
        return ()
    asked = plan.workbooks
    wrong = (asked.project, asked.indicator, asked.text) if own[0].period == asked.period else None
    return (Workbook(of_unit(plan.project(own[0].project)), own[0].period, own, wrong),)


def by_workbook(plan: Plan, report: Report) -> bool:
    """Whether a report comes by workbook."""
    return plan.project(report.project).unit == plan.workbooks.unit


def ordered(order: Order, plan: Plan) -> Post:
    """An official's order, or the unit's answer to one."""
    if order.act == "watching":
        entry = {"kind": "project", "subject": order.project, "reason": order.reason, "document": order.document}
        return Post("monitoring", "/api/watch-list", entry, OFFICIAL, order.project)
    measure = {
        "what": {"suspension": "暂缓拨付", "stop": "停止拨付并收回结余"}.get(order.act, "限期整改"),
        "by": plan.project(order.project).unit if order.act == "correction" else "finance",
        "until": order.until.isoformat() if order.until else None,
        "document": order.document,
    }
    person = of_unit(plan.project(order.project)) if order.act == "answer" else OFFICIAL
    action, body = {
        "correction": (
            "corrections",
            {"deviations": list(order.deviations), "measure": measure, "reason": order.reason},
        ),
        "answer": ("corrections/1/answer", {"text": order.reason, "evidence": ["整改台账.xlsx"]}),
        "return": (
            "corrections/1/return",
            {"reason": order.reason, "until": measure["until"]},
        ),
        "acceptance": ("corrections/1/acceptance", {"reason": order.reason}),
        "urging": ("urging", {"cause": "policy", "reason": order.reason, "document": order.document}),
        "suspension": ("suspension", {"measures": [measure], "reason": order.reason}),
        "stop": ("stop", {"measures": [measure], "reason": order.reason}),
        "resumption": ("resumption", {"reason": order.reason, "document": order.document}),
    }[order.act]
    return _post("monitoring", order.project, action, body, person)


def told(plan: Plan, order: Order) -> tuple[str, str]:
    """An order in one sentence, in both languages."""
    name = plan.project(order.project).name
    zh, en = {
        "correction": ("责令整改", "ordered to correct"),
        "answer": ("回复整改情况", "answers what it has corrected"),
        "return": ("整改回复被退回", "its answer is sent back"),
        "watching": ("列入重点监控名单", "put on the watch list"),
        "acceptance": ("整改通过验收", "its correction is accepted"),
        "urging": ("督促申请调整", "urged to apply for an adjustment"),
        "suspension": ("暂缓执行", "suspended by an official"),
        "stop": ("停止执行", "stopped by an official"),
        "resumption": ("恢复执行", "resumed"),
    }[order.act]
    return f"{name}：{zh}", f"{order.project}: {en}"


def application(plan: Plan, adjustment: Adjustment) -> Post:
    """The unit applies to have goals and budget adjusted."""
    project = plan.project(adjustment.project)
    body = {
        "cause": adjustment.cause,
        "reason": adjustment.reason,
        "budget": yuan(adjustment.budget),
        "annual": annual(adjustment.indicators, project.track),
    }
    return _post("goals", adjustment.project, "adjustments", body, of_unit(project), {"adjustment": 1})


def adjusted(adjustment: Adjustment) -> Post:
    """Finance approves the adjustment."""
    return _post("goals", adjustment.project, "adjustments/1/approval", {"document": adjustment.document}, FINANCE)


def evaluations(plan: Plan) -> list[Post]:
    """Every project is scored from what evaluation heard, with what only a person can say."""
    return [
        _post(
            "evaluation",
            said.project,
            "evaluation",
            {
                "qualitative": {
                    name: {"level": level, "share": str(share)} for name, (level, share) in said.qualitative.items()
                },
                "target_set_low": list(said.target_set_low),
            },
            EVALUATOR,
        )
        for said in plan.judged
    ]


def publications(projects: Sequence[Project]) -> list[Post]:
    """An official approves results for the public page."""
    return [
        _post("publishing", project.code, "approval", {"document": "县绩效〔2027〕2号"}, OFFICIAL)
        for project in projects
    ]


def of_unit(project: Project) -> Person:
    """Who speaks for the project's unit."""
    return Person(f"{_UNITS[project.unit]}经办", "unit", project.unit)


def _decision(project: Project, first: bool) -> str:
    if not first or project.fault in (None, "by-hand"):
        return "pass"
    return "refuse" if project.fault == "no-ex-ante-evaluation" else "return"


def _post(
    service: Service,
    project: str,
    action: str,
    body: dict[str, Any],
    person: Person,
    answers: dict[str, Any] | None = None,
) -> Post:
    return Post(service, f"/api/projects/{YEAR}/{project}/{action}", body, person, project, answers or {})
